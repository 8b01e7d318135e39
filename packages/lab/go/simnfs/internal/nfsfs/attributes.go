package nfsfs

import (
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"bluecore.internal/lab/simnfs/internal/nfs3"
)

// blockSize is what stat and statfs give as the best size for input and output.
const blockSize = 4096

// fileTypes are the S_IFMT bits of each nfs3.FileType.
var fileTypes = map[nfs3.FileType]uint32{
	nfs3.Regular:     syscall.S_IFREG,
	nfs3.Directory:   syscall.S_IFDIR,
	nfs3.BlockDevice: syscall.S_IFBLK,
	nfs3.CharDevice:  syscall.S_IFCHR,
	nfs3.Symlink:     syscall.S_IFLNK,
	nfs3.Socket:      syscall.S_IFSOCK,
	nfs3.FIFO:        syscall.S_IFIFO,
}

func modeOf(a *nfs3.Attr) uint32 { return fileTypes[a.Type] | a.Mode }

func versionOf(a *nfs3.Attr) version {
	return version{change: a.Change, modify: a.Modify, size: a.Size}
}

func fillAttr(out *fuse.Attr, a *nfs3.Attr) {
	out.Ino, out.Size, out.Blocks = a.FileID, a.Size, (a.Used+511)/512
	out.Mode, out.Nlink, out.Uid, out.Gid = modeOf(a), a.Links, a.UID, a.GID
	out.Rdev = uint32(unix.Mkdev(a.Device.Major, a.Device.Minor))
	out.Atime, out.Atimensec = uint64(a.Access.Seconds), a.Access.Nanos
	out.Mtime, out.Mtimensec = uint64(a.Modify.Seconds), a.Modify.Nanos
	out.Ctime, out.Ctimensec = uint64(a.Change.Seconds), a.Change.Nanos
	out.Blksize = blockSize
}

// GetAttr first waits for the file's own writes, so that size and times are true.
func (f *FS) GetAttr(_ <-chan struct{}, in *fuse.GetAttrIn, out *fuse.AttrOut) fuse.Status {
	n, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	n.settle()
	a, err := f.nfs.GetAttr(cred, n.fh)
	if err != nil {
		return status(err)
	}
	f.answerAttr(out, a)
	return fuse.OK
}

// SetAttr changes attributes. A new size waits until all that was written under the old one is stored.
func (f *FS) SetAttr(_ <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	n, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	if _, ok := in.GetSize(); ok {
		if id, ok := in.GetFh(); ok {
			if h := f.handle(id); h != nil {
				cred = h.cred // ftruncate goes by the rights at open
			}
		}
		f.commit(n)
	} else {
		n.settle()
	}
	a, err := f.nfs.SetAttr(cred, n.fh, wanted(in))
	if err == nil && a == nil {
		a, err = f.nfs.GetAttr(cred, n.fh)
	}
	if err != nil {
		return status(err)
	}
	f.answerAttr(out, a)
	return fuse.OK
}

func (f *FS) answerAttr(out *fuse.AttrOut, a *nfs3.Attr) {
	fillAttr(&out.Attr, a)
	out.SetTimeout(f.options.AttrCache)
}

// wanted turns the kernel's request into a sattr3.
func wanted(in *fuse.SetAttrIn) nfs3.SetAttr {
	var s nfs3.SetAttr
	if mode, ok := in.GetMode(); ok {
		s.Mode = &mode
	}
	if uid, ok := in.GetUID(); ok {
		s.UID = &uid
	}
	if gid, ok := in.GetGID(); ok {
		s.GID = &gid
	}
	if size, ok := in.GetSize(); ok {
		s.Size = &size
	}
	s.Access = wantedTime(in.Valid, fuse.FATTR_ATIME, fuse.FATTR_ATIME_NOW, in.Atime, in.Atimensec)
	s.Modify = wantedTime(in.Valid, fuse.FATTR_MTIME, fuse.FATTR_MTIME_NOW, in.Mtime, in.Mtimensec)
	return s
}

func wantedTime(valid, given, now uint32, seconds uint64, nanos uint32) nfs3.SetTime {
	switch {
	case valid&now != 0:
		return nfs3.ServerTime
	case valid&given != 0:
		return nfs3.ClientTime(nfs3.Time{Seconds: uint32(seconds), Nanos: nanos})
	}
	return nfs3.KeepTime
}

// StatFs answers statfs(2).
func (f *FS) StatFs(_ <-chan struct{}, in *fuse.InHeader, out *fuse.StatfsOut) fuse.Status {
	n, cred, st := f.from(in)
	if !st.Ok() {
		return st
	}
	space, err := f.nfs.FSStat(cred, n.fh)
	if err != nil {
		return status(err)
	}
	out.Bsize, out.Frsize, out.NameLen = blockSize, blockSize, 255
	out.Blocks, out.Bfree, out.Bavail = space.Total/blockSize, space.Free/blockSize, space.Available/blockSize
	out.Files, out.Ffree = space.TotalFiles, space.FreeFiles
	return fuse.OK
}
