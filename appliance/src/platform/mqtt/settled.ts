/**
 * An answer that is there already. aedes numbers a message when it is published and awaits its persistence before it
 * hands it on; with promises a later message overtakes an earlier one in between, and every subscriber then takes the
 * earlier one for a duplicate and loses it (moscajs/aedes#994, #955). Persistence in memory can answer at once, so it
 * does: nothing comes between a number and its delivery.
 */
export interface Settled<Value> {
  then(onValue?: (value: Value) => unknown, onError?: (error: Error) => unknown): void;
  finally(onEither: () => unknown): void;
}

export const settled = <Value>(value: Value): Settled<Value> => ({
  // biome-ignore lint/suspicious/noThenProperty: see Settled
  then: (onValue) => {
    onValue?.(value);
  },
  finally: (onEither) => {
    onEither();
  },
});

export const failed = (error: Error): Settled<never> => ({
  // biome-ignore lint/suspicious/noThenProperty: see Settled
  then: (_onValue, onError) => {
    onError?.(error);
  },
  finally: (onEither) => {
    onEither();
  },
});
