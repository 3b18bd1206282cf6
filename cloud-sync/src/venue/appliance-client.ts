import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ApplianceAnswer {
  readonly status: number;
  /** JSON; null when there was none. */
  readonly body: unknown;
}

/** The appliance beside the daemon, asked with the credential of this machine's own programs. */
export interface ApplianceClient {
  /** Throws `ApplianceAway` when it does not answer in time or has not made its credential yet. */
  post(path: string, body: unknown): Promise<ApplianceAnswer>;
}

export class ApplianceAway extends Error {
  override readonly name = 'ApplianceAway';
}

export function createApplianceClient(options: {
  /** Without a slash at the end. */
  url: string;
  dataDirectory: string;
  timeoutMs: number;
}): ApplianceClient {
  const tokenFile = join(options.dataDirectory, 'keys', 'service-token');
  return {
    async post(path, body) {
      try {
        // Read each time: the appliance makes it at its first start, and anew when it is lost.
        const token = readFileSync(tokenFile, 'utf8').trim();
        const response = await fetch(options.url + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(options.timeoutMs),
        });
        const text = await response.text();
        return { status: response.status, body: text === '' ? null : JSON.parse(text) };
      } catch (error) {
        throw new ApplianceAway('the appliance does not answer', { cause: error });
      }
    },
  };
}
