import { z } from 'zod';
import { type Markup, markup, prose } from './docs-page-markup.ts';
import { schemaTable } from './docs-page-schema.ts';
import type { JsonSchema } from './openapi-schemas.ts';

const Roles = z.array(z.string()).default([]);

/** The parts of our AsyncAPI document that the page shows: a channel, its operation and its message share a name. */
const ShownDocument = z.object({
  channels: z.record(z.string(), z.object({ address: z.string(), summary: z.string() })),
  operations: z.record(
    z.string(),
    z.object({
      action: z.enum(['send', 'receive']),
      bindings: z.object({ mqtt: z.object({ qos: z.number(), retain: z.boolean() }) }),
      'x-publish': Roles,
      'x-subscribe': Roles,
    }),
  ),
  components: z.object({
    messages: z.record(
      z.string(),
      z.object({
        contentType: z.string().default('application/json'),
        payload: z.custom<JsonSchema>((value) => typeof value === 'object' && value !== null),
      }),
    ),
  }),
});

/** Every topic of an AsyncAPI document, folded like a route. Throws when the document lacks what is shown. */
export function topicsOf(asyncapi: object): Markup[] {
  const { channels, operations, components } = ShownDocument.parse(asyncapi);
  return Object.entries(channels).flatMap(([name, { address, summary }]) => {
    const operation = operations[name];
    const message = components.messages[name];
    if (operation === undefined || message === undefined) return [];
    const { mqtt } = operation.bindings;
    const publishers = operation.action === 'send' ? ['the appliance'] : operation['x-publish'];
    const subscribers =
      operation.action === 'send' ? operation['x-subscribe'] : ['the appliance', ...operation['x-subscribe']];
    return [
      markup`
<details id="topic-${name}"><summary><span class="verb ${operation.action}">QoS ${mqtt.qos}</span>
<span class="path">${address}</span>${mqtt.retain ? markup`<span class="tag">retained</span>` : undefined}
<span class="says">${prose(summary)}</span></summary><div class="inside">
<h3>Who</h3><table><tr><td>publishes</td><td>${publishers.join(', ')}</td></tr>
<tr><td>subscribes</td><td>${subscribers.join(', ')}</td></tr></table>
<h3>Payload</h3><p class="soft">${message.contentType}</p>${schemaTable(message.payload)}</div></details>`,
    ];
  });
}
