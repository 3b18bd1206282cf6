/** A koa route that answers a constant of the given size: what a read can cost at the least. */
import { readFileSync } from 'node:fs';
import Koa from 'koa';

const [file = '', port = '0'] = process.argv.slice(2);
const constant = readFileSync(file, 'utf8');
const app = new Koa();
app.use((ctx) => {
  ctx.type = 'application/json';
  ctx.body = constant;
});
app.listen(Number(port), '127.0.0.1');
