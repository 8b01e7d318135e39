package main

const whatItIs = "a user-space stand-in for Linux's NFS client"

const help = `simnfs: ` + whatItIs + `, NFSv3 over TCP, with faults.

  simnfs mount SERVER:/PATH DIRECTORY [-r] [-s] [-f] [-o OPTIONS]
  mount.nfs    the same, under the name that mount(8) calls it by
      Leaves a daemon behind that serves the mount until umount. The mount is a hard one: what the server does not
      answer waits. OPTIONS are those of nfs(5); these make a difference:
        port=N, mountport=N    ports of the server's nfs and mount programs; without them its port mapper is asked
        sync                   a write returns when it is stored
        actimeo=S, noac        how long attributes and names are trusted (3 seconds; not at all)
        ro, noexec
        simnfs_ctl=SOCKET      where faults are set, instead of /run/simnfs/…-NAME.sock
        simnfs_killable        SIGKILL ends a process that "hang" holds, as with Linux's client; else only heal does

  simnfs ctl SOCKET|all VERB [--json]
      Sets a fault on one mount, or on each one that is mounted now on this machine. Faults last until heal or umount.
        status                       what is set, held and waiting
        cut                          no connection to the server
        hang  [OPS]                  operations do not come back
        delay MS [OPS]               they take MS milliseconds longer
        error ERRNO [OPS] [COUNT]    they fail, COUNT times or always; the newest fault on an operation counts
        heal                         none of all that; what hung goes on
      OPS, with commas: lookup getattr setattr access readlink create mkdir symlink link unlink rmdir rename open read
      write flush fsync opendir readdir statfs; or data modify grow sync; or all, which is meant without OPS.
      ERRNO: EACCES EDQUOT EIO ENOSPC EPERM EROFS ESTALE ETIMEDOUT

  Exit codes: 0; 1 wrong usage, or ctl failed; 32 the mount failed.
`
