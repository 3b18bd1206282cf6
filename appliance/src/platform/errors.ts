/** What a problem is, always and everywhere: one entry of the error catalogue. */
export interface ProblemKind {
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** One short sentence for a person. Never holds data of the request. */
  readonly title: string;
  /** When this happens, and whether it is normal. */
  readonly cause: string;
  /** What the caller, or staff, can do. */
  readonly remedy: string;
}

const catalogue = new Map<string, ProblemKind>();

/** Registers a module's problems under their codes. Throws when a code is taken: codes are stable and unique. */
export function defineProblems<const Kinds extends Record<string, Omit<ProblemKind, 'code'>>>(
  kinds: Kinds,
): { readonly [Code in keyof Kinds]: ProblemKind } {
  const defined: Record<string, ProblemKind> = {};
  for (const [code, kind] of Object.entries(kinds)) {
    if (catalogue.has(code)) throw new Error(`problem code ${code} is defined twice`);
    const entry = { code, ...kind };
    catalogue.set(code, entry);
    defined[code] = entry;
  }
  return defined as { readonly [Code in keyof Kinds]: ProblemKind };
}

/** Every problem there is, by code: the source of the error catalogue in the reference. */
export const problemCatalogue: ReadonlyMap<string, ProblemKind> = catalogue;

export interface FieldError {
  /** JSON pointer into the request body, or `?name` for a query field. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/**
 * An expected failure, told to the caller as an RFC 9457 document. `extras` become members of the document
 * (a wrong transition tells `state`, `action` and `allowed`), so they hold only what the caller may see.
 */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly detail: string | undefined;
  readonly extras: Readonly<Record<string, unknown>>;

  constructor(kind: ProblemKind, detail?: string, extras: Readonly<Record<string, unknown>> = {}) {
    super(detail ?? kind.title);
    this.name = 'Problem';
    this.kind = kind;
    this.detail = detail;
    this.extras = extras;
  }
}
