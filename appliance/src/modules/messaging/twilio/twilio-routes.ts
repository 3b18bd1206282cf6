import { Problem } from '../../../platform/errors.ts';
import { httpProblems } from '../../../platform/http/http-problems.ts';
import {
  noContent,
  type Reply,
  type Route,
  type RouteRequest,
  writeRoute,
} from '../../../platform/http/route.ts';
import { twilioProblems } from './twilio-problems.ts';
import { incomingPath, statusPath, type TwilioWebhooks } from './twilio-webhooks.ts';

type FormRequest = RouteRequest<unknown, unknown, URLSearchParams>;

const about = { method: 'POST', access: 'public', tag: 'messages', body: 'form' } as const;

/** TwiML that asks for nothing: no answer is texted back. */
const noAnswer: Reply = {
  status: 200,
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
  headers: { 'content-type': 'text/xml; charset=utf-8' },
};

/** What Twilio calls; 404 where texts do not go through Twilio, or it cannot reach the appliance (`null`). */
export function twilioRoutes(webhooks: TwilioWebhooks | null): Route[] {
  function genuine({ body, headers }: FormRequest, path: string): TwilioWebhooks {
    if (webhooks === null) throw new Problem(httpProblems.not_found);
    const signature = headers['x-twilio-signature'];
    if (typeof signature !== 'string' || !webhooks.isGenuine(path, body, signature)) {
      throw new Problem(twilioProblems.signature_invalid);
    }
    return webhooks;
  }

  return [
    writeRoute<unknown, unknown, URLSearchParams, void>({
      ...about,
      path: statusPath,
      summary: 'Twilio tells how far a text has come; signed by Twilio',
      replies: { 204: 'Stored, or known already' },
      prepare: (request) => genuine(request, statusPath).status(request.body),
      write: () => noContent,
    }),
    writeRoute<unknown, unknown, URLSearchParams, void>({
      ...about,
      path: incomingPath,
      summary: 'Twilio hands over a text that came in; signed by Twilio',
      replies: { 200: 'TwiML without an answer' },
      prepare: (request) => genuine(request, incomingPath).incoming(request.body),
      write: () => noAnswer,
    }),
  ];
}
