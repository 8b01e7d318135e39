package nfsfs

import (
	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/nfs3"
)

// dirReader is how far an open directory has been read.
type dirReader struct {
	next     uint64 // cookie behind the last entry handed out
	verifier uint64
	ahead    []nfs3.Entry // come from the server, not yet handed out
	end      bool         // there is nothing behind ahead
}

// OpenDir opens a directory that the server lets the caller read.
func (f *FS) OpenDir(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	n, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	if st := f.allowed(cred, n, nfs3.AccessRead); !st.Ok() {
		return st
	}
	out.Fh = f.newHandle(n, cred, 0)
	return fuse.OK
}

// ReadDir hands out entries from a cookie on, as many as the kernel has room for.
func (f *FS) ReadDir(_ <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	h := f.handle(in.Fh)
	if h == nil {
		return fuse.EBADF
	}
	h.dirMu.Lock()
	defer h.dirMu.Unlock()
	d := &h.dir
	switch {
	case in.Offset == 0: // opened, or rewinddir
		*d = dirReader{}
	case in.Offset != d.next: // seekdir
		*d = dirReader{next: in.Offset, verifier: d.verifier}
	}
	for {
		if len(d.ahead) == 0 {
			if d.end {
				return fuse.OK
			}
			listing, err := f.nfs.ReadDirPlus(h.cred, h.node.fh, d.next, d.verifier)
			if err != nil {
				return status(err)
			}
			d.ahead, d.verifier, d.end = listing.Entries, listing.Verifier, listing.End
			if len(d.ahead) == 0 {
				return fuse.OK
			}
		}
		if !out.AddDirEntry(direntOf(d.ahead[0])) {
			return fuse.OK
		}
		d.next, d.ahead = d.ahead[0].Cookie, d.ahead[1:]
	}
}

func direntOf(e nfs3.Entry) fuse.DirEntry {
	entry := fuse.DirEntry{Ino: e.FileID, Name: e.Name, Off: e.Cookie}
	if e.Attr != nil {
		entry.Mode = modeOf(e.Attr)
	}
	return entry
}
