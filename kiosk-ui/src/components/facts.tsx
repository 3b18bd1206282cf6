/** Names and figures, one below the other; what has no value is left out. */
export function Facts({
  of: facts,
  className = '',
}: {
  of: readonly (readonly [name: string, value: string | undefined])[];
  className?: string;
}) {
  return (
    <dl className={`figures ${className}`}>
      {facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div
              key={name}
              className="flex justify-between gap-4 border-t-2 border-line py-1.5 first:border-none"
            >
              <dt className="text-ink-soft">{name}</dt>
              <dd className="text-end font-semibold">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
