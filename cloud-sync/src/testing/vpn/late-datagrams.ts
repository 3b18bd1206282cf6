// Passes datagrams on from one port to another of this machine, and back, each so many milliseconds late: a long way
// on machines whose kernel has no netem. One caller at a time, as a tunnel has.
import { createSocket, type RemoteInfo } from 'node:dgram';

const [from = 0, to = 0, lateMs = 0] = process.argv.slice(2).map(Number);
const front = createSocket('udp4');
const back = createSocket('udp4');
let caller: RemoteInfo | undefined;

front.on('message', (datagram, sender) => {
  caller = sender;
  setTimeout(() => back.send(datagram, to, '127.0.0.1'), lateMs);
});
back.on('message', (datagram) => {
  const waiting = caller;
  if (waiting !== undefined) setTimeout(() => front.send(datagram, waiting.port, waiting.address), lateMs);
});
front.bind(from, () => process.stdout.write('ready\n'));
