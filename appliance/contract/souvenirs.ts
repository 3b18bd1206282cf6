import { z } from 'zod';

export const SouvenirOutput = z.enum(['print', 'story', 'thumbnail']);
export type SouvenirOutput = z.infer<typeof SouvenirOutput>;

/** `print`: 1844×1240 JPEG at 300 dpi. `story`: 1080×1920 JPEG. `thumbnail`: 480 pixels wide, WebP. */
export const SouvenirQuery = z.object({ output: SouvenirOutput.default('print') });

/** The answer while a souvenir is being made; `Retry-After` says when to ask again. */
export const SouvenirPending = z.object({
  state: z.literal('waiting'),
  retry_after_seconds: z.number().int(),
});
export type SouvenirPending = z.infer<typeof SouvenirPending>;
