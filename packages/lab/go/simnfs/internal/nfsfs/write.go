package nfsfs

import (
	"bytes"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/nfs3"
)

// maxKept is how many answered bytes of a file are kept before a COMMIT is made without being asked for.
const maxKept = 32 << 20

// throughFlags are those of open(2) that let no write return before it is stored.
const throughFlags = syscall.O_DSYNC | syscall.O_SYNC | syscall.O_DIRECT

// Write sends a write on its way and returns at once, as Linux's page cache does. What becomes of it is told by a
// later write, fsync or close.
func (f *FS) Write(_ <-chan struct{}, in *fuse.WriteIn, data []byte) (uint32, fuse.Status) {
	h := f.handle(in.Fh)
	if h == nil {
		return 0, fuse.EBADF
	}
	if len(data) == 0 {
		return 0, fuse.OK
	}
	n := h.node
	w := &write{offset: in.Offset, data: bytes.Clone(data), cred: h.cred}
	if f.options.Sync || h.flags&throughFlags != 0 {
		f.commit(n) // what was kept could otherwise be repeated over this
		if _, err := f.send(n, w, nfs3.FileSync); err != nil {
			return 0, status(err)
		}
		return uint32(len(data)), fuse.OK
	}
	n.mu.Lock()
	for n.collides(w) {
		n.changed.Wait()
	}
	if e := n.failure.take(&h.told); e != 0 {
		n.mu.Unlock()
		return 0, fuse.Status(e)
	}
	n.lastNumber++
	w.number = n.lastNumber
	n.flying = append(n.flying, w)
	n.mu.Unlock()
	f.inFlight.Add(int64(len(data)))
	f.background.Go(func() { f.deliver(n, w) })
	return uint32(len(data)), fuse.OK
}

// deliver brings a write to the server and notes what came of it.
func (f *FS) deliver(n *node, w *write) {
	committed, err := f.send(n, w, nfs3.Unstable)
	f.inFlight.Add(-int64(len(w.data)))
	n.mu.Lock()
	n.landed(w)
	switch {
	case err != nil:
		n.failure.record(errno(err))
	case committed == nfs3.Unstable || len(n.kept) > 0: // behind others even if stored: they may be repeated
		n.kept = append(n.kept, w)
		n.keptBytes += len(w.data)
		f.uncommitted.Add(int64(len(w.data)))
	}
	full := n.keptBytes > maxKept && !n.committing
	n.changed.Broadcast()
	n.mu.Unlock()
	if err != nil {
		f.dropPages(n, w)
	}
	if full {
		f.commit(n)
	}
	f.tidy(n)
}

// dropPages takes a failed write out of the kernel's cache, so that reads give what the server has. It does not wait:
// the kernel first wants the pages from whoever is reading or writing them, who may be waiting for the caller.
func (f *FS) dropPages(n *node, w *write) {
	first, last := w.pages()
	f.background.Go(func() {
		f.kernel.InodeNotify(n.id, int64(first<<pageShift), int64((last-first+1)<<pageShift))
	})
}

// send writes w to the server, in pieces if the server takes only part of it, and returns how safe it is there.
func (f *FS) send(n *node, w *write, want nfs3.Stability) (nfs3.Stability, error) {
	committed := nfs3.FileSync
	for at := 0; at < len(w.data); {
		piece := w.data[at:min(len(w.data), at+f.writeMax)]
		got, err := f.nfs.Write(w.cred, n.fh, w.offset+uint64(at), piece, want)
		if err != nil {
			return 0, err
		}
		if at > 0 && got.Verifier != w.verifier { // restarted in between: the pieces before may be lost
			at, committed = 0, nfs3.FileSync
			continue
		}
		w.verifier = got.Verifier
		committed = min(committed, got.Committed)
		at += got.Count
	}
	return committed, nil
}
