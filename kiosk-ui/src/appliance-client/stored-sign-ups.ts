import type { SignUp } from './sign-up-delivery.ts';
import type { SignUpStore } from './sign-up-outbox.ts';

const storeName = 'sign-ups';

/** Sign-ups in IndexedDB, which keeps pictures too and exists without a secure context. */
export function storedSignUps(): SignUpStore {
  const opened = open();
  // A browser that refuses to store (a private window) still signs guests up while the page stands.
  const memory = new Map<string, SignUp>();
  const run = async <Result>(
    mode: IDBTransactionMode,
    inDatabase: (signUps: IDBObjectStore) => IDBRequest<Result>,
    inMemory: () => Result,
  ): Promise<Result> => {
    const database = await opened;
    if (!database) return inMemory();
    const transaction = database.transaction(storeName, mode, { durability: 'strict' });
    const asked = inDatabase(transaction.objectStore(storeName));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error);
    });
  };

  return {
    put: async (signUp) => {
      await run(
        'readwrite',
        (signUps) => signUps.put(signUp),
        () => memory.set(signUp.id, signUp).size,
      );
    },
    all: () =>
      run<SignUp[]>(
        'readonly',
        (signUps) => signUps.getAll(),
        () => [...memory.values()],
      ),
    remove: (id) =>
      run<undefined>(
        'readwrite',
        (signUps) => signUps.delete(id),
        () => void memory.delete(id),
      ),
  };
}

function open(): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    const request = indexedDB.open('dugout', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName, { keyPath: 'id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(undefined);
  });
}
