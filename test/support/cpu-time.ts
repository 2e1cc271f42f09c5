/** Processor time of this process in milliseconds: unlike wall time it does not grow when the machine is busy with something else. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
