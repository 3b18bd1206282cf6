import { useMemo } from 'react';
import { encode } from 'uqr';

/** A QR code, dark on light in every theme: many phones cannot read it the other way round. */
export function QrCode({
  content,
  label,
  className = '',
}: {
  content: string;
  label: string;
  className?: string;
}) {
  const { size, path } = useMemo(() => {
    const code = encode(content, { ecc: 'M', border: 4 });
    const dark = code.data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size: code.size, path: dark.join('') };
  }, [content]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className={`rounded-2xl bg-[#fffdf7] ${className}`}
    >
      <path d={path} fill="#0a1620" />
    </svg>
  );
}
