/** A line for whoever sits at the machine. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
