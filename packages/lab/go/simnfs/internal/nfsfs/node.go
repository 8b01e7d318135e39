package nfsfs

import (
	"sync"

	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/nfs3"
)

// node is a file that the kernel knows, or that has writes the server has not stored.
type node struct {
	id      uint64
	fh      nfs3.FileHandle
	lookups uint64 // references of the kernel; belongs to FS.mu

	// mu guards what follows. FS.mu is never taken while it is held.
	mu      sync.Mutex
	changed *sync.Cond // on mu: a write was answered, a COMMIT or a repetition has ended
	opens   int
	// seen is the version that the pages in the kernel's cache belong to.
	seen version
	// lastClose removes the silly name of a file that was unlinked while open.
	lastClose func()
	writeback
}

// version tells whether a file has changed since it was open last.
type version struct {
	change, modify nfs3.Time
	size           uint64
}

// reference finds or makes the node of a handle and counts one reference of the kernel.
func (f *FS) reference(fh nfs3.FileHandle) *node {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.byHandle[fh]
	if n == nil {
		f.lastNode++
		n = &node{id: f.lastNode, fh: fh}
		n.changed = sync.NewCond(&n.mu)
		f.byID[n.id] = n
		f.byHandle[fh] = n
	}
	n.lookups++
	return n
}

// node returns the node with FUSE's number id, or nil.
func (f *FS) node(id uint64) *node {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byID[id]
}

// Forget takes back references of the kernel.
func (f *FS) Forget(id, lookups uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := f.byID[id]; n != nil {
		n.lookups -= min(lookups, n.lookups)
		f.dropIfUnused(n)
	}
}

// tidy drops a node that the kernel has forgotten while its writes were on their way.
func (f *FS) tidy(n *node) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dropIfUnused(n)
}

func (f *FS) dropIfUnused(n *node) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.lookups == 0 && !n.unstored() && n.id != fuse.FUSE_ROOT_ID {
		delete(f.byID, n.id)
		delete(f.byHandle, n.fh)
	}
}
