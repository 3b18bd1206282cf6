// Loaded into each program before its own code: when the process that started it is gone, however it went, the program
// stops as if it had been asked to.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
