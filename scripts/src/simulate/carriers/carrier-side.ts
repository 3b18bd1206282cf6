/** A text as the far side of a carrier took it: from here on it is on its way to the phone. */
export interface TakenText {
  readonly carrier: CarrierSide['name'];
  /** E.164. */
  readonly to: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The far side of a carrier: what the appliance sends its texts to, and what may be taken away from it. */
export interface CarrierSide {
  readonly name: 'twilio' | 'modem';
  /** A phone texts the venue by this carrier. */
  bring(from: string, body: string): void;
  /** As people call it. */
  readonly reaches: string;
  cut(): void;
  restore(): void;
  stop(): Promise<void>;
}

export type Taken = (text: TakenText) => void;
