/**
 * [Socket], [Timer] and [Path]: systemd.socket(5), systemd.timer(5), systemd.path(5).
 *
 * @since 0.1.0
 */
import type { Table } from "./Table.ts"

export const socket = {
  ActivationMode: [
    "supported",
    "native|proxy",
    "Ours: hand the socket over (native) or forward its connections (proxy).",
    "native"
  ],
  ProxyTarget: ["supported", "dial address|", "Ours: where a proxy socket forwards to."],
  ProxyIdleSec: [
    "supported",
    "timeout",
    "Ours: stop the service of a proxy socket after this long without connections.",
    "infinity"
  ],
  ProxyConnectTimeoutSec: [
    "supported",
    "timeout",
    "Ours: how long a proxy socket tries to connect to its target.",
    "until the start has timed out"
  ],
  ProxyProtocol: ["supported", "no|v1|v2", "Ours: tell the target who connects, in a PROXY protocol header.", "no"],
  ListenStream: ["supported", "listener", "Listen for streams at this address."],
  ListenDatagram: ["supported", "listener", "Listen for datagrams at this address."],
  ListenSequentialPacket: ["supported", "listener", "Listen for sequenced packets at this address."],
  ListenFIFO: ["supported", "listener", "Listen at this named pipe."],
  ListenSpecial: ["supported", "listener", "Listen at this special file."],
  ListenNetlink: ["supported", "listener", "Listen at this netlink family."],
  ListenMessageQueue: ["supported", "listener", "Listen at this POSIX message queue."],
  ListenUSBFunction: ["unsupported", "listener", "Listen at this USB function."],
  SocketProtocol: ["supported", "socket protocol", "The protocol: udplite or sctp."],
  BindIPv6Only: ["supported", "bind ipv6 only", "Whether an IPv6 socket takes IPv4 as well.", "default"],
  Backlog: ["supported", "integer", "How many connections may wait.", "4294967295"],
  BindToDevice: ["supported", "interface name|", "Listen at this network interface only."],
  SocketUser: ["supported", "user", "Owner of the socket's file."],
  SocketGroup: ["supported", "user", "Group of the socket's file."],
  SocketMode: ["supported", "octal mode", "Permissions of the socket's file.", "0666"],
  DirectoryMode: ["supported", "octal mode", "Permissions of directories made for it.", "0755"],
  Accept: ["supported", "boolean", "Start one instance for each connection.", "no"],
  Writable: ["supported", "boolean", "Open the special file for writing.", "no"],
  FlushPending: ["supported", "boolean", "Throw away what waits when the service has stopped.", "no"],
  MaxConnections: ["supported", "integer", "How many connections may be open at once.", "64"],
  MaxConnectionsPerSource: ["supported", "integer", "How many of them from one address."],
  KeepAlive: ["supported", "boolean", "Probe idle connections.", "no"],
  KeepAliveTimeSec: ["supported", "time span", "When to begin to probe.", "2h"],
  KeepAliveIntervalSec: ["supported", "time span", "How often to probe.", "75s"],
  KeepAliveProbes: ["supported", "integer", "How often to probe in vain.", "9"],
  NoDelay: ["supported", "boolean", "Send small packets at once.", "no"],
  Priority: ["supported", "-2147483648..2147483647", "Priority of what is sent."],
  DeferAcceptSec: ["supported", "time span", "Wait for data before a connection counts."],
  ReceiveBuffer: ["supported", "size", "Size of the receive buffer."],
  SendBuffer: ["supported", "size", "Size of the send buffer."],
  IPTOS: ["supported", "type of service|", "Type of service of IP packets."],
  IPTTL: ["supported", "-2147483648..2147483647", "Time to live of IP packets."],
  Mark: ["supported", "-2147483648..2147483647", "Firewall mark of packets."],
  ReusePort: ["supported", "boolean", "Allow several sockets at one port.", "no"],
  SmackLabel: ["unsupported", "text", "SMACK label of the socket's file."],
  SmackLabelIPIn: ["unsupported", "text", "SMACK label of packets that come in."],
  SmackLabelIPOut: ["unsupported", "text", "SMACK label of packets that go out."],
  SELinuxContextFromNet: ["unsupported", "boolean", "Take the SELinux context from the client.", "no"],
  PipeSize: ["supported", "size", "Size of the pipe's buffer."],
  MessageQueueMaxMessages: ["supported", "-2147483648..2147483647", "Messages in the queue."],
  MessageQueueMessageSize: ["supported", "-2147483648..2147483647", "Size of a message in the queue."],
  FreeBind: ["supported", "boolean", "Bind to addresses that do not exist yet.", "no"],
  Transparent: ["supported", "boolean", "Take connections for foreign addresses.", "no"],
  Broadcast: ["supported", "boolean", "Allow broadcasts.", "no"],
  PassCredentials: ["supported", "boolean", "Receive the sender's credentials.", "no"],
  PassPIDFD: ["supported", "boolean", "Receive the sender's pidfd.", "no"],
  PassSecurity: ["supported", "boolean", "Receive the sender's security context.", "no"],
  PassPacketInfo: ["supported", "boolean", "Receive packet details.", "no"],
  PassFileDescriptorsToExec: ["supported", "boolean", "Pass the sockets to the socket's own commands.", "no"],
  AcceptFileDescriptors: ["supported", "boolean", "Whether clients may send descriptors.", "yes"],
  Timestamping: ["supported", "timestamping", "Receive time stamps with packets.", "off"],
  TCPCongestion: ["supported", "text", "Congestion algorithm of TCP."],
  ExecStartPre: ["supported", "command line", "Commands to run ahead of the bind."],
  ExecStartPost: ["supported", "command line", "Commands to run after the bind."],
  ExecStopPre: ["supported", "command line", "Commands to run ahead of the close."],
  ExecStopPost: ["supported", "command line", "Commands to run after the close."],
  TimeoutSec: ["supported", "timeout", "How long these commands may take.", "90s"],
  Service: ["supported", "service name", "The service to start.", "the service of the same name"],
  RemoveOnStop: ["supported", "boolean", "Remove the socket's file at a stop.", "no"],
  Symlinks: ["supported", "plain paths", "Links to the socket's file."],
  FileDescriptorName: [
    "supported",
    "descriptor name|",
    "Name of the descriptor for the service.",
    "the socket's name"
  ],
  TriggerLimitIntervalSec: ["supported", "time span", "The interval that activations are counted in.", "2s"],
  TriggerLimitBurst: ["supported", "integer", "How many activations fit in it.", "20; 200 with Accept=yes"],
  PollLimitIntervalSec: ["supported", "time span", "The interval that wake-ups are counted in.", "2s"],
  PollLimitBurst: ["supported", "integer", "How many wake-ups fit in it.", "15; 150 with Accept=yes"],
  DeferTrigger: ["unsupported", "no|yes|patient", "Wait with activation until the service can start.", "no"],
  DeferTriggerMaxSec: ["unsupported", "timeout", "How long to wait at most.", "infinity"],
  XAttrEntryPoint: ["unsupported", "extended attributes", "Extended attributes of the socket's file."],
  XAttrListen: ["unsupported", "extended attributes", "Extended attributes of listening sockets."],
  XAttrAccept: ["unsupported", "extended attributes", "Extended attributes of connections."]
} as const satisfies Table

export const timer = {
  OnActiveSec: ["supported", "elapse", "Elapse this long after the timer's start."],
  OnBootSec: ["supported", "elapse", "Elapse this long after the boot, which in a container is PID 1's start."],
  OnStartupSec: ["supported", "elapse", "Elapse this long after PID 1's start."],
  OnUnitActiveSec: ["supported", "elapse", "Elapse this long after the unit's last start."],
  OnUnitInactiveSec: ["supported", "elapse", "Elapse this long after the unit's last end."],
  OnCalendar: ["supported", "elapse", "Elapse at these times of the calendar."],
  AccuracySec: ["supported", "time span", "How late it may elapse; here it elapses at once.", "1min"],
  RandomizedDelaySec: ["supported", "time span", "A random delay.", "0"],
  RandomizedOffsetSec: ["unsupported", "time span", "A random offset that stays the same.", "0"],
  FixedRandomDelay: [
    "supported",
    "boolean",
    "Keep the random delay the same: one of the timer's and the machine's own.",
    "no"
  ],
  DeferReactivation: [
    "supported",
    "boolean",
    "Leave out times of the calendar that pass while the unit still runs.",
    "no"
  ],
  OnClockChange: ["supported", "boolean", "Elapse when the clock is set.", "no"],
  OnTimezoneChange: ["unsupported", "boolean", "Elapse when the time zone changes.", "no"],
  Unit: ["supported", "trigger name", "The unit to start.", "the service of the same name"],
  Persistent: [
    "supported",
    "boolean",
    "Make up for times of the calendar that were missed; a file below /var/lib/container-init/timers remembers the last one.",
    "no"
  ],
  WakeSystem: ["accepted", "boolean", "Wake the machine from suspend, which is not for a container to do.", "no"],
  RemainAfterElapse: ["supported", "boolean", "Stay loaded after the last elapse.", "yes"]
} as const satisfies Table

export const path = {
  PathExists: ["supported", "watch", "Start the unit while this path is there."],
  PathExistsGlob: ["supported", "watch", "Start the unit while a path matches."],
  PathChanged: ["supported", "watch", "Start the unit when this file was changed and closed."],
  PathModified: ["supported", "watch", "Start the unit when this file is written."],
  DirectoryNotEmpty: ["supported", "watch", "Start the unit while something is in this directory."],
  Unit: ["supported", "trigger name", "The unit to start.", "the service of the same name"],
  MakeDirectory: ["supported", "boolean", "Make the directory first.", "no"],
  DirectoryMode: ["supported", "octal mode", "Permissions of that directory.", "0755"],
  TriggerLimitIntervalSec: ["supported", "time span", "The interval that activations are counted in.", "2s"],
  TriggerLimitBurst: ["supported", "integer", "How many activations fit in it.", "200"]
} as const satisfies Table
