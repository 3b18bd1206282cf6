/** Thrown by a job that knows that trying again is no use: it is dead at once. */
export class GiveUp extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'GiveUp';
  }
}

export class JobTimedOut extends Error {
  constructor(ms: number) {
    super(`not done after ${ms} ms`);
    this.name = 'JobTimedOut';
  }
}

/** The job was cancelled, discarded or rescheduled while it ran. */
export class JobRevoked extends Error {
  override readonly name = 'JobRevoked';
}

/** The appliance stops, and the grace is over. */
export class RunnerStopped extends Error {
  override readonly name = 'RunnerStopped';
}
