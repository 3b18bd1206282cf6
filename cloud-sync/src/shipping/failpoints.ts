/** Every place where the daemon waits for something while it ships: where a fault can strike. */
export type Failpoint =
  | 'before connect'
  | 'before handshake'
  | 'after handshake'
  | 'after read'
  | 'before send'
  | 'after apply'
  | 'after save'
  | 'before heartbeat'
  | 'before copy begins'
  | 'in copy'
  | 'before copy commits'
  | 'before probe'
  | 'before wait';

export interface Failpoints {
  at(name: Failpoint): Promise<void>;
}

export const noFailpoints: Failpoints = { at: async () => {} };
