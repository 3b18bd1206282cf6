import { z } from 'zod';

/** UUIDv7, lower case. */
export const Id = z.uuid().describe('UUIDv7');

/** A moment in UTC, ISO 8601 with milliseconds, stamped by the venue. */
export const Moment = z.iso.datetime().describe('UTC, ISO 8601');

/** A page of a list: pass `next_cursor` back as `cursor` for the next page; null on the last one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** Query fields every paged list understands. */
export const pageQuery = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};

/** One line of text: no control characters (Postgres stores no NUL), nothing that is not a character. */
const oneLine = /^[^\p{Cc}\p{Cs}\p{Co}\u2028\u2029]*$/u;
export const Line = (maxLength: number) =>
  z.string().max(maxLength).regex(oneLine, 'must not contain control characters');

/**
 * A person's or thing's name as it will be shown: one line, no control characters, at most 80 characters, of which one
 * can be seen, and without the heaps of marks on one letter that no script has. Surrounding white space is dropped and
 * the text is normalised (NFC), so that equal names compare equal; characters that turn the direction of writing are
 * dropped too, because they would turn the text beside the name (UTS #55).
 */
export const Name = z
  .string()
  .max(400)
  .transform((text) =>
    text
      .normalize('NFC')
      .replace(/\p{Bidi_Control}/gu, '')
      .replace(/\s+/gu, ' ')
      .trim(),
  )
  .pipe(
    Line(80)
      .min(1)
      .regex(
        /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u,
        'must contain something that can be seen',
      )
      .regex(/^(?!.*\p{M}{9})/u, 'must not heap marks on a letter'),
  );

export const Slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/u, 'lower-case letters, digits and dashes');
