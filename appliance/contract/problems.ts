import { z } from 'zod';

/** RFC 9457 problem document. Clients decide by `code`, never by `title` or `detail`. */
export const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
  request_id: z.string().optional(),
  errors: z
    .array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))
    .optional()
    .describe('one entry per bad field, as a JSON pointer into the request body'),
});
export type Problem = z.infer<typeof Problem>;
