package nfsfs

import (
	"log"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/nfs3"
)

// Fsync makes the server store what was written.
func (f *FS) Fsync(_ <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	h := f.handle(in.Fh)
	if h == nil {
		return fuse.EBADF
	}
	f.commit(h.node)
	h.node.mu.Lock()
	defer h.node.mu.Unlock()
	return fuse.Status(h.node.failure.take(&h.told))
}

// Flush is close(2): the same as Fsync for a file open for writing, but an error stays for an fsync to tell, since one
// open file is closed once in each process that has it.
func (f *FS) Flush(_ <-chan struct{}, in *fuse.FlushIn) fuse.Status {
	h := f.handle(in.Fh)
	if h == nil {
		return fuse.EBADF
	}
	if h.flags&syscall.O_ACCMODE == syscall.O_RDONLY {
		return fuse.OK
	}
	f.commit(h.node)
	h.node.mu.Lock()
	defer h.node.mu.Unlock()
	return fuse.Status(h.node.failure.peek(h.told))
}

// FsyncDir has nothing to do: an NFSv3 server has stored a change of names before it answers (RFC 1813 §4.8).
func (f *FS) FsyncDir(<-chan struct{}, *fuse.FsyncIn) fuse.Status { return fuse.OK }

// commit makes the server store all that was written to n before the call. Failures go into n.failure.
func (f *FS) commit(n *node) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.awaitFlying()
	for n.committing { // that COMMIT may have left before our writes were answered
		n.changed.Wait()
	}
	count := len(n.kept)
	if count == 0 {
		return
	}
	cred := n.kept[0].cred
	n.committing = true
	n.mu.Unlock()
	verifier, err := f.nfs.Commit(cred, n.fh)
	n.mu.Lock()
	switch {
	case err != nil:
		n.failure.record(errno(err))
		f.release(n, count)
	case n.keepsUnder(verifier, count):
		f.release(n, count)
	default:
		f.repeat(n)
	}
	n.committing = false
	n.changed.Broadcast()
}

// release forgets the first count kept writes. n.mu is held.
func (f *FS) release(n *node, count int) {
	var size int
	for _, w := range n.kept[:count] {
		size += len(w.data)
	}
	n.kept = append([]*write(nil), n.kept[count:]...)
	n.keptBytes -= size
	f.uncommitted.Add(-int64(size))
}

// repeat sends all kept writes again, because the server has restarted and may have lost them (RFC 1813 §4.8). Writes
// made since then may overlap them, so those are waited for, and all go out in their old order while no new one
// starts. n.mu is held, but not while waiting.
func (f *FS) repeat(n *node) {
	n.repeating = true
	for len(n.flying) > 0 {
		n.changed.Wait()
	}
	again := n.kept
	n.mu.Unlock()
	log.Printf("the server has restarted: %d writes are sent again", len(again))
	var failed error
	for _, w := range again {
		if _, err := f.send(n, w, nfs3.FileSync); err != nil {
			failed = err
			f.dropPages(n, w)
		}
	}
	f.repeated.Add(int64(len(again)))
	n.mu.Lock()
	if failed != nil {
		n.failure.record(errno(failed))
	}
	f.release(n, len(again))
	n.repeating = false
}
