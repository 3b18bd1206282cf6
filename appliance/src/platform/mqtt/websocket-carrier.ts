import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { type Carrier, closingGraceMs } from './carrier.ts';

/** RFC 6455: this endpoint takes binary frames only [MQTT-6.0.0-1]. */
const unsupportedData = 1003;
const normal = 1000;

/** One frame per `send`, whatever number of packets it holds. */
export function createWebSocketCarrier(websocket: WebSocket, address: string, clock: Clock): Carrier {
  websocket.pause();
  const finish = (code: number) => {
    websocket.close(code);
    const cancel = clock.after(closingGraceMs, () => websocket.terminate());
    websocket.once('close', cancel);
  };
  return {
    transport: 'websocket',
    address,
    open({ data, end, error }) {
      websocket.on('message', (bytes, isBinary) => {
        if (isBinary && Buffer.isBuffer(bytes)) data(bytes);
        else finish(unsupportedData);
      });
      websocket.once('close', end);
      websocket.on('error', error);
    },
    onceClosed: (gone) => websocket.once('close', gone),
    send: (bytes, sent) => websocket.send(bytes, { binary: true }, sent),
    pause: () => websocket.pause(),
    resume: () => websocket.resume(),
    close() {
      websocket.removeAllListeners('message');
      websocket.resume();
      finish(normal);
    },
    cut: () => websocket.terminate(),
  };
}
