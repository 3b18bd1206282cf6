/** aedes as it comes: every option at its default, nobody asked who they are. Arguments: ports of MQTT, WebSocket. */
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

const [port = '0', webSocketPort = '0'] = process.argv.slice(2);
const aedes = await Aedes.createBroker();
createServer(aedes.handle).listen(Number(port), '127.0.0.1');
const http = createHttpServer();
const webSockets = new WebSocketServer({ server: http, handleProtocols: () => 'mqtt' });
webSockets.on('connection', (webSocket) => aedes.handle(createWebSocketStream(webSocket)));
http.listen(Number(webSocketPort), '127.0.0.1');
