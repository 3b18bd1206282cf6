import type { z } from 'zod';
import type { Role } from '../../../contract/auth.ts';

/** Who is on the other end of a connection. A device's name is its `<id>` in topics and its role is its `<kind>`. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
  readonly userId: string;
  /** Its `<id>` in topics where that is not its name. */
  readonly ownId?: string;
}

/** `own` narrows the grant to topics whose `{id}` is the identity's name or `ownId` (and whose `{kind}` is its role). */
export interface Grant {
  readonly roles: readonly Role[] | 'signed_in';
  readonly own?: true;
}

/** Nothing is granted but what stands here. The appliance itself needs no grant. */
export type Access = readonly Grant[];
export const nobody: Access = [];

export type QoS = 0 | 1 | 2;
export type TopicPayload = z.ZodType | 'binary';

type ParameterName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterName<Rest>
  : never;

/** The values a parameter may take, where they are known: `{ kind: ['tablet', 'rig'] }`. */
export type ParameterValues<Path extends string> = {
  readonly [Name in ParameterName<Path>]?: readonly string[];
};

type ValueOf<Values, Name> = Name extends keyof Values
  ? Values[Name] extends readonly (infer Value extends string)[]
    ? Value
    : string
  : string;

/** What the handler of a topic receives. */
export interface Message<Parameters, Body> {
  readonly params: Parameters;
  readonly payload: Body;
  readonly identity: Identity;
  /** Venue time of arrival, epoch milliseconds. */
  readonly receivedAt: number;
  readonly retain: boolean;
}

/** A topic is a value: it routes, validates, authorizes and documents. See `defineTopic`. */
export interface Topic<
  Path extends string = string,
  Payload extends TopicPayload = TopicPayload,
  Values extends ParameterValues<Path> = ParameterValues<Path>,
> {
  /** Stable name in the reference, in logs and in metrics: `device_state`. */
  readonly name: string;
  /** Below the site's prefix; each `{parameter}` is one level: `{kind}/{id}/state`. */
  readonly path: Path;
  readonly values?: Values;
  /** As the appliance sees it: it receives from devices, or sends to them. */
  readonly direction: 'receive' | 'send';
  /** Quality of service the appliance sends with, and devices ought to. */
  readonly qos: QoS;
  /** The appliance sends it retained; others may. Where it is false, a message with the retain flag is refused. */
  readonly retained: boolean;
  /** May be named as a last will; unless told, what is retained may. */
  readonly will?: boolean;
  /** JSON of this schema, or bytes as they are. */
  readonly payload: Payload;
  /** Largest payload in bytes; 64 KiB unless told. */
  readonly maxBytes?: number;
  readonly publish: Access;
  readonly subscribe: Access;
  readonly summary: string;
  /**
   * Takes one valid, authorized message. The sender is acknowledged when this has returned or resolved, so what must
   * not be lost is committed by then. Messages of one connection start in the order they were sent and may overlap
   * where a handler awaits; QoS 1 and 2 may repeat a message. A `Problem` below 500 refuses the message; any other
   * error means "not stored": from QoS 1 on the connection is closed unacknowledged, so that it is sent again.
   */
  handle?(message: Message<Params<Path, Values>, BodyOf<Payload>>): void | Promise<void>;
}

export type Params<Path extends string, Values> = {
  readonly [Name in ParameterName<Path>]: ValueOf<Values, Name>;
};
export type BodyOf<Payload> = Payload extends z.ZodType ? z.output<Payload> : Buffer;

export type ParamsOf<T extends Topic> = Params<T['path'], NonNullable<T['values']>>;
/** What `publish` takes: the schema's input, or bytes. */
export type SendableOf<T extends Topic> = InputOf<T['payload']>;
type InputOf<Payload> = Payload extends z.ZodType ? z.input<Payload> : Buffer;

export const defineTopic = <
  const Path extends string,
  Payload extends TopicPayload,
  const Values extends ParameterValues<Path> = Record<never, never>,
>(
  topic: Topic<Path, Payload, Values>,
): Topic<Path, Payload, Values> => topic;

/** The same topic with its handler: the definition can stand in a contract and the handler in a module. */
export const handledBy = <
  Path extends string,
  Payload extends TopicPayload,
  Values extends ParameterValues<Path>,
>(
  topic: Topic<Path, Payload, Values>,
  handle: (message: Message<Params<Path, Values>, BodyOf<Payload>>) => void | Promise<void>,
): Topic<Path, Payload, Values> => ({ ...topic, handle });
