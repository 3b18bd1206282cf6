import { defineProblems } from '../../../platform/errors.ts';

export const twilioProblems = defineProblems({
  signature_invalid: {
    status: 403,
    title: 'This is not signed by Twilio.',
    cause:
      'The signature does not fit the fields, the secret of the account, and this address below `DUGOUT_PUBLIC_URL`.',
    remedy:
      'Give Twilio the address exactly as it is below `DUGOUT_PUBLIC_URL`. Otherwise somebody forged it.',
  },
});
