package nfsfs

import (
	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/nfs3"
	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

// Lookup finds a name.
func (f *FS) Lookup(_ <-chan struct{}, h *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	dir, cred, st := f.from(h)
	if !st.Ok() {
		return st
	}
	fh, attr, err := f.nfs.Lookup(cred, dir.fh, name)
	if err != nil {
		return status(err)
	}
	return f.answerEntry(cred, fh, attr, out)
}

// answerEntry tells the kernel about a file. Attributes that the server left out, or that came before the file's own
// writes were answered, are asked for.
func (f *FS) answerEntry(cred sunrpc.Credentials, fh nfs3.FileHandle, attr *nfs3.Attr, out *fuse.EntryOut) fuse.Status {
	n := f.reference(fh)
	if n.settle() || attr == nil {
		fresh, err := f.nfs.GetAttr(cred, n.fh)
		if err != nil {
			f.Forget(n.id, 1)
			return status(err)
		}
		attr = fresh
	}
	out.NodeId, out.Generation = n.id, 1 // numbers are never used twice
	fillAttr(&out.Attr, attr)
	out.SetAttrTimeout(f.options.AttrCache)
	out.SetEntryTimeout(f.options.AttrCache)
	return fuse.OK
}

// Readlink returns where a symbolic link points.
func (f *FS) Readlink(_ <-chan struct{}, h *fuse.InHeader) ([]byte, fuse.Status) {
	n, cred, st := f.from(h)
	if !st.Ok() {
		return nil, st
	}
	target, err := f.nfs.ReadLink(cred, n.fh)
	return []byte(target), status(err)
}

// Unlink removes a name; a file that is open here only changes it.
func (f *FS) Unlink(_ <-chan struct{}, h *fuse.InHeader, name string) fuse.Status {
	dir, cred, st := f.from(h)
	if !st.Ok() {
		return st
	}
	if f.hide(cred, dir, name) {
		return fuse.OK
	}
	return status(f.nfs.Remove(cred, dir.fh, name))
}

// Rmdir removes an empty directory.
func (f *FS) Rmdir(_ <-chan struct{}, h *fuse.InHeader, name string) fuse.Status {
	dir, cred, st := f.from(h)
	if !st.Ok() {
		return st
	}
	return status(f.nfs.Rmdir(cred, dir.fh, name))
}

// Rename gives a file another name; one that is open here under that name is hidden first. NFSv3 has none of the
// flags of renameat2(2).
func (f *FS) Rename(_ <-chan struct{}, in *fuse.RenameIn, from, to string) fuse.Status {
	if in.Flags != 0 {
		return fuse.EINVAL
	}
	fromDir, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	toDir := f.node(in.Newdir)
	if toDir == nil {
		return fuse.ENOENT
	}
	f.hide(cred, toDir, to)
	return status(f.nfs.Rename(cred, fromDir.fh, from, toDir.fh, to))
}

// Link gives a file one more name.
func (f *FS) Link(_ <-chan struct{}, in *fuse.LinkIn, name string, out *fuse.EntryOut) fuse.Status {
	dir, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	n := f.node(in.Oldnodeid)
	if n == nil {
		return fuse.ENOENT
	}
	if err := f.nfs.Link(cred, n.fh, dir.fh, name); err != nil {
		return status(err)
	}
	return f.answerEntry(cred, n.fh, nil, out)
}
