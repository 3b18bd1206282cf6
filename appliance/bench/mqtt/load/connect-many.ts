const atOnce = 50;

/** Does `connectOne` so many times, a number of them at once, and answers the results in order. */
export async function connectMany<Result>(
  count: number,
  connectOne: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const oneAfterAnother = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await connectOne(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, oneAfterAnother));
  return results;
}
