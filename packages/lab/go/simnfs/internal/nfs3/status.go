// Package nfs3 makes the calls of NFS version 3 and of its MOUNT protocol (RFC 1813), one method for each procedure.
package nfs3

import (
	"fmt"
	"syscall"
)

// Status is an nfsstat3 (RFC 1813 §2.6) other than NFS3_OK.
type Status uint32

const (
	// ErrNoEntry says that a directory does not have a name.
	ErrNoEntry Status = 2
	// errJukebox says that the server takes its time and wants to be asked again later.
	errJukebox Status = 10008
)

// statuses gives each status its name and the errno that a program sees, as Linux's nfs_stat_to_errno does.
var statuses = map[Status]struct {
	name  string
	errno syscall.Errno
}{
	1:          {"NFS3ERR_PERM", syscall.EPERM},
	ErrNoEntry: {"NFS3ERR_NOENT", syscall.ENOENT},
	5:          {"NFS3ERR_IO", syscall.EIO},
	6:          {"NFS3ERR_NXIO", syscall.ENXIO},
	13:         {"NFS3ERR_ACCES", syscall.EACCES},
	17:         {"NFS3ERR_EXIST", syscall.EEXIST},
	18:         {"NFS3ERR_XDEV", syscall.EXDEV},
	19:         {"NFS3ERR_NODEV", syscall.ENODEV},
	20:         {"NFS3ERR_NOTDIR", syscall.ENOTDIR},
	21:         {"NFS3ERR_ISDIR", syscall.EISDIR},
	22:         {"NFS3ERR_INVAL", syscall.EINVAL},
	27:         {"NFS3ERR_FBIG", syscall.EFBIG},
	28:         {"NFS3ERR_NOSPC", syscall.ENOSPC},
	30:         {"NFS3ERR_ROFS", syscall.EROFS},
	31:         {"NFS3ERR_MLINK", syscall.EMLINK},
	63:         {"NFS3ERR_NAMETOOLONG", syscall.ENAMETOOLONG},
	66:         {"NFS3ERR_NOTEMPTY", syscall.ENOTEMPTY},
	69:         {"NFS3ERR_DQUOT", syscall.EDQUOT},
	70:         {"NFS3ERR_STALE", syscall.ESTALE},
	71:         {"NFS3ERR_REMOTE", syscall.EREMOTE},
	10001:      {"NFS3ERR_BADHANDLE", syscall.ESTALE},
	10002:      {"NFS3ERR_NOT_SYNC", syscall.EIO},
	10003:      {"NFS3ERR_BAD_COOKIE", syscall.EIO},
	10004:      {"NFS3ERR_NOTSUPP", syscall.EOPNOTSUPP},
	10005:      {"NFS3ERR_TOOSMALL", syscall.EIO},
	10006:      {"NFS3ERR_SERVERFAULT", syscall.EREMOTEIO},
	10007:      {"NFS3ERR_BADTYPE", syscall.EINVAL},
	errJukebox: {"NFS3ERR_JUKEBOX", syscall.EAGAIN},
}

func (s Status) Error() string {
	if known, ok := statuses[s]; ok {
		return known.name
	}
	return fmt.Sprintf("NFS status %d", uint32(s))
}

// Errno returns what a program is told; EIO for a status that RFC 1813 does not have.
func (s Status) Errno() syscall.Errno {
	if known, ok := statuses[s]; ok {
		return known.errno
	}
	return syscall.EIO
}
