package nfsfs

import (
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/nfs3"
	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

// handle is an open file or directory. All its input and output is done with the rights of who opened it.
type handle struct {
	node  *node
	cred  sunrpc.Credentials
	flags uint32
	// told is the failed write that this open file was told of last; belongs to node.mu.
	told failureMark

	dirMu sync.Mutex
	dir   dirReader
}

func (f *FS) handle(id uint64) *handle {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open[id]
}

func (f *FS) newHandle(n *node, cred sunrpc.Credentials, flags uint32) uint64 {
	h := &handle{node: n, cred: cred, flags: flags}
	n.mu.Lock()
	n.opens++
	h.told = n.failure.mark()
	n.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lastHandle++
	f.open[f.lastHandle] = h
	return f.lastHandle
}

// Open gives close-to-open consistency as NFS clients do: attributes and rights fresh from the server; pages cached
// earlier are kept only if the file is the same as it was when they were read.
func (f *FS) Open(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	n, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	n.settle()
	attr, err := f.nfs.GetAttr(cred, n.fh)
	if err != nil {
		return status(err)
	}
	var needs []uint32
	if access := in.Flags & syscall.O_ACCMODE; access != syscall.O_WRONLY {
		needs = append(needs, nfs3.AccessRead|nfs3.AccessExecute) // the kernel reads programs that may only be run
	}
	if access := in.Flags & syscall.O_ACCMODE; access != syscall.O_RDONLY {
		needs = append(needs, grants[mayWrite])
	}
	if st := f.allowed(cred, n, needs...); !st.Ok() {
		return st
	}
	now := versionOf(attr)
	n.mu.Lock()
	same := n.seen == now
	n.seen = now
	n.mu.Unlock()
	out.Fh = f.newHandle(n, cred, in.Flags)
	if same {
		out.OpenFlags |= fuse.FOPEN_KEEP_CACHE
	} else {
		f.kernel.InodeNotify(n.id, -1, 0) // the kernel drops the pages by itself, this drops the size it believes in
	}
	return fuse.OK
}

// Release ends an open file. The kernel does not wait for it.
func (f *FS) Release(_ <-chan struct{}, in *fuse.ReleaseIn) {
	f.mu.Lock()
	h := f.open[in.Fh]
	delete(f.open, in.Fh)
	f.mu.Unlock()
	if h == nil {
		return
	}
	h.node.mu.Lock()
	h.node.opens--
	var after func()
	if h.node.opens == 0 {
		after, h.node.lastClose = h.node.lastClose, nil
	}
	h.node.mu.Unlock()
	if after != nil {
		f.background.Go(after)
	}
}

// ReleaseDir ends an open directory.
func (f *FS) ReleaseDir(in *fuse.ReleaseIn) { f.Release(nil, in) }

// Read first waits for the file's own writes. It returns less than asked for only at the file's end.
func (f *FS) Read(_ <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	h := f.handle(in.Fh)
	if h == nil {
		return nil, fuse.EBADF
	}
	h.node.settle()
	got := 0
	for got < len(buf) {
		piece := buf[got:min(len(buf), got+f.readMax)]
		n, eof, err := f.nfs.Read(h.cred, h.node.fh, in.Offset+uint64(got), piece)
		if err != nil {
			return nil, status(err)
		}
		got += n
		if eof || n == 0 {
			break
		}
	}
	return fuse.ReadResultData(buf[:got]), fuse.OK
}
