import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startFailure } from './start-failure.ts';
import { aTestAppliance } from './testing/test-appliance.ts';

test('a port that is taken is named, with what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  for (const name of ['DUGOUT_HTTP_PORT', 'DUGOUT_MQTT_PORT']) {
    const error = await aTestAppliance({ environment: { [name]: port } }).catch((reason: unknown) => reason);
    expect(startFailure(error)).toContain(`port ${port} is taken`);
    expect(startFailure(error)).toContain(name);
  }
});

test('anything else is told as it is', () => {
  expect(startFailure(new Error('the disk is gone'))).toBe('the disk is gone');
  expect(startFailure('?')).toBe('the appliance could not start');
});
