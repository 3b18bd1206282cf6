/** What one connection, one address or the broker as a whole may use. Every one of them is a memory bound or a time. */
export interface BrokerLimits {
  /** Largest packet a client may announce before it is signed in, in bytes. */
  readonly packetBytesBeforeSignIn: number;
  readonly packetBytes: number;

  /** From accepting a socket to its whole CONNECT. */
  readonly connectTimeoutMs: number;
  /** From CONNECT to its answer. */
  readonly signInTimeoutMs: number;
  /** A longer keep-alive, or none, counts as this one: a connection silent for one and a half of it is closed. */
  readonly longestKeepAliveS: number;
  /** A subscriber that takes nothing for this long is cut off. */
  readonly drainTimeoutMs: number;

  readonly sockets: number;
  readonly socketsPerAddress: number;
  /** Sockets of one address that are read before they are signed in; the others wait unread for their turn. */
  readonly halfOpenPerAddress: number;

  readonly subscriptionsPerClient: number;
  /** Levels of a topic or filter; aedes itself closes the connection at more than 100. */
  readonly topicLevels: number;
  /** QoS 2 messages of one client that wait for their PUBREL. */
  readonly inflightInbound: number;
  /** Bytes that wait in a subscriber's connection before QoS 0 messages skip it, if it takes nothing for `slowAfterMs`. */
  readonly backlogBytes: number;
  /** A subscriber that has taken nothing for this long does not keep up. What comes at once may wait for less. */
  readonly slowAfterMs: number;
  /** Bytes that wait in a subscriber's connection before QoS 0 messages skip it, however fast it is. */
  readonly burstBytes: number;
  /** Bytes that wait in a subscriber's connection before it is cut off. */
  readonly cutOffBytes: number;

  readonly retainedMessages: number;
  readonly retainedBytes: number;
  readonly persistentSessions: number;
  readonly queuedMessagesPerSession: number;
  readonly queuedBytesPerSession: number;
}

const kB = 1024;
const MB = 1024 * kB;

export const defaultLimits: BrokerLimits = {
  packetBytesBeforeSignIn: 8 * kB,
  packetBytes: 256 * kB,
  connectTimeoutMs: 5_000,
  signInTimeoutMs: 10_000,
  longestKeepAliveS: 120,
  drainTimeoutMs: 10_000,
  sockets: 5_000,
  socketsPerAddress: 1_000,
  halfOpenPerAddress: 10,
  subscriptionsPerClient: 100,
  topicLevels: 16,
  inflightInbound: 100,
  backlogBytes: MB,
  slowAfterMs: 1_000,
  burstBytes: 4 * MB,
  cutOffBytes: 8 * MB,
  retainedMessages: 10_000,
  retainedBytes: 32 * MB,
  persistentSessions: 256,
  queuedMessagesPerSession: 1_000,
  queuedBytesPerSession: 4 * MB,
};
