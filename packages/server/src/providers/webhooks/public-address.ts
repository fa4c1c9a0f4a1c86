import { BlockList, isIP } from 'node:net'

/** Addresses that are not of the public internet: those of a machine, a network, a cloud's own services. */
const reserved = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  reserved.addSubnet(network, prefix, 'ipv4')

/** Of what is assigned so far, all public addresses lie in 2000::/3; these parts of it are not, or hold an older one. */
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')
const reservedInGlobal = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  reservedInGlobal.addSubnet(network, prefix, 'ipv6')

/** Is it an address on the public internet? False for what is no address. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !reserved.check(address, 'ipv4')
  return version === 6 && global.check(address, 'ipv6') && !reservedInGlobal.check(address, 'ipv6')
}
