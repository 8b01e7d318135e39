package nfsfs

import (
	"math/rand/v2"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"bluecore.internal/lab/simnfs/internal/nfs3"
	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

// permissions are the bits of a mode that NFSv3 takes.
const permissions = 0o7777

// Create makes a regular file, or finds it if O_EXCL is not set, and opens it.
func (f *FS) Create(_ <-chan struct{}, in *fuse.CreateIn, name string, out *fuse.CreateOut) fuse.Status {
	dir, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	if st := f.create(cred, dir, name, in.Mode&permissions, in.Flags, &out.EntryOut); !st.Ok() {
		return st
	}
	n := f.node(out.NodeId)
	if n == nil {
		return fuse.Status(syscall.ESTALE)
	}
	out.OpenOut.Fh = f.newHandle(n, cred, in.Flags)
	return fuse.OK
}

func (f *FS) create(cred sunrpc.Credentials, dir *node, name string, mode, flags uint32, out *fuse.EntryOut) fuse.Status {
	if flags&syscall.O_EXCL != 0 {
		return f.createExclusive(cred, dir, name, mode, out)
	}
	attributes := nfs3.SetAttr{Mode: &mode}
	if flags&syscall.O_TRUNC != 0 {
		attributes.Size = new(uint64)
	}
	made, err := f.nfs.Create(cred, dir.fh, name, attributes)
	return f.answerMade(cred, dir, name, made, err, out)
}

// createExclusive makes a file that must not be there. The server keeps the token in the file's times, so mode and
// times are set by a second call (RFC 1813 §3.3.8).
func (f *FS) createExclusive(cred sunrpc.Credentials, dir *node, name string, mode uint32, out *fuse.EntryOut) fuse.Status {
	made, err := f.nfs.CreateExclusive(cred, dir.fh, name, rand.Uint64())
	if err == nil && made.Handle == "" {
		made.Handle, _, err = f.nfs.Lookup(cred, dir.fh, name)
	}
	if err != nil {
		return status(err)
	}
	attributes := nfs3.SetAttr{Mode: &mode, Access: nfs3.ServerTime, Modify: nfs3.ServerTime}
	attr, err := f.nfs.SetAttr(cred, made.Handle, attributes)
	if err != nil {
		return status(err)
	}
	return f.answerEntry(cred, made.Handle, attr, out)
}

// answerMade tells the kernel about what a procedure made.
func (f *FS) answerMade(cred sunrpc.Credentials, dir *node, name string, made nfs3.Made, err error, out *fuse.EntryOut) fuse.Status {
	if err == nil && made.Handle == "" {
		made.Handle, made.Attr, err = f.nfs.Lookup(cred, dir.fh, name)
	}
	if err != nil {
		return status(err)
	}
	return f.answerEntry(cred, made.Handle, made.Attr, out)
}

// Mkdir makes a directory.
func (f *FS) Mkdir(_ <-chan struct{}, in *fuse.MkdirIn, name string, out *fuse.EntryOut) fuse.Status {
	dir, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	mode := in.Mode & permissions
	made, err := f.nfs.Mkdir(cred, dir.fh, name, nfs3.SetAttr{Mode: &mode})
	return f.answerMade(cred, dir, name, made, err, out)
}

// Symlink makes a symbolic link.
func (f *FS) Symlink(_ <-chan struct{}, h *fuse.InHeader, target, name string, out *fuse.EntryOut) fuse.Status {
	dir, cred, st := f.from(h)
	if !st.Ok() {
		return st
	}
	mode := uint32(0o777)
	made, err := f.nfs.Symlink(cred, dir.fh, name, nfs3.SetAttr{Mode: &mode}, target)
	return f.answerMade(cred, dir, name, made, err, out)
}

// Mknod makes a regular file, a FIFO, a socket or a device.
func (f *FS) Mknod(_ <-chan struct{}, in *fuse.MknodIn, name string, out *fuse.EntryOut) fuse.Status {
	dir, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	mode := in.Mode & permissions
	var kind nfs3.FileType
	for t, bits := range fileTypes {
		if bits == in.Mode&syscall.S_IFMT {
			kind = t
		}
	}
	switch kind {
	case nfs3.Regular:
		return f.createExclusive(cred, dir, name, mode, out)
	case nfs3.FIFO, nfs3.Socket, nfs3.CharDevice, nfs3.BlockDevice:
		device := nfs3.Device{Major: unix.Major(uint64(in.Rdev)), Minor: unix.Minor(uint64(in.Rdev))}
		made, err := f.nfs.Mknod(cred, dir.fh, name, kind, nfs3.SetAttr{Mode: &mode}, device)
		return f.answerMade(cred, dir, name, made, err, out)
	}
	return fuse.EINVAL
}
