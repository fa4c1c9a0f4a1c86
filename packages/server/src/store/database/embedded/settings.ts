/** Settings of PostgreSQL that a caller may change, e.g. `{ shared_buffers: '1GB' }`. */
export type ServerSettings = Readonly<Record<string, string>>

const defaults: ServerSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_connections: '200',
  wal_compression: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_checkpoints: 'off',
  // a client that died must not keep its rows locked; Windows can't look
  ...(process.platform === 'win32' ? {} : { client_connection_check_interval: '5s' }),
  cluster_name: 'tollkeeper',
}

/** Where PostgreSQL listens: a private socket folder, or on Windows the loopback. */
export type ListenAddress = { socketFolder: string; port: number } | { loopbackPort: number }

/** All settings go on the command line, so that a start always has the ones of this version. */
export function serverArguments(address: ListenAddress, overrides: ServerSettings = {}): string[] {
  const listen: ServerSettings =
    'socketFolder' in address
      ? {
          listen_addresses: '',
          unix_socket_directories: address.socketFolder,
          unix_socket_permissions: '0700',
          port: String(address.port),
        }
      : { listen_addresses: '127.0.0.1', port: String(address.loopbackPort) }
  return Object.entries({ ...defaults, ...overrides, ...listen }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
}
