import { type Program, type RunningProgram, startProgram } from '../measuring/program.ts';

export interface ServerProcess extends RunningProgram {
  readonly url: string;
}

/** Starts a server and waits for it to answer at `readyPath`. Throws with its last words when it ends before. */
export async function startServer(program: Program, port: number, readyPath: string): Promise<ServerProcess> {
  const url = `http://127.0.0.1:${port}`;
  return { ...(await startProgram(program, () => answers(url + readyPath))), url };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status < 500;
    },
    () => false,
  );
