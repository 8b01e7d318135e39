package gate

import "github.com/hanwen/go-fuse/v2/fuse"

// Each operation that the file system has, and that the kernel waits for, passes the gate first. The kernel does not wait
// for Forget, Release and ReleaseDir. gate_test.go goes through them all.

func (g *Gate) Lookup(cancel <-chan struct{}, in *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	if st := g.pass(cancel, opLookup, in); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Lookup(cancel, in, name, out)
}

func (g *Gate) GetAttr(cancel <-chan struct{}, in *fuse.GetAttrIn, out *fuse.AttrOut) fuse.Status {
	if st := g.pass(cancel, opGetAttr, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.GetAttr(cancel, in, out)
}

func (g *Gate) SetAttr(cancel <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	if st := g.pass(cancel, opSetAttr, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.SetAttr(cancel, in, out)
}

func (g *Gate) Access(cancel <-chan struct{}, in *fuse.AccessIn) fuse.Status {
	if st := g.pass(cancel, opAccess, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Access(cancel, in)
}

func (g *Gate) Readlink(cancel <-chan struct{}, in *fuse.InHeader) ([]byte, fuse.Status) {
	if st := g.pass(cancel, opReadlink, in); !st.Ok() {
		return nil, st
	}
	return g.RawFileSystem.Readlink(cancel, in)
}

func (g *Gate) Create(cancel <-chan struct{}, in *fuse.CreateIn, name string, out *fuse.CreateOut) fuse.Status {
	if st := g.pass(cancel, opCreate, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Create(cancel, in, name, out)
}

func (g *Gate) Mknod(cancel <-chan struct{}, in *fuse.MknodIn, name string, out *fuse.EntryOut) fuse.Status {
	if st := g.pass(cancel, opCreate, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Mknod(cancel, in, name, out)
}

func (g *Gate) Mkdir(cancel <-chan struct{}, in *fuse.MkdirIn, name string, out *fuse.EntryOut) fuse.Status {
	if st := g.pass(cancel, opMkdir, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Mkdir(cancel, in, name, out)
}

func (g *Gate) Symlink(cancel <-chan struct{}, in *fuse.InHeader, target, name string, out *fuse.EntryOut) fuse.Status {
	if st := g.pass(cancel, opSymlink, in); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Symlink(cancel, in, target, name, out)
}

func (g *Gate) Link(cancel <-chan struct{}, in *fuse.LinkIn, name string, out *fuse.EntryOut) fuse.Status {
	if st := g.pass(cancel, opLink, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Link(cancel, in, name, out)
}

func (g *Gate) Unlink(cancel <-chan struct{}, in *fuse.InHeader, name string) fuse.Status {
	if st := g.pass(cancel, opUnlink, in); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Unlink(cancel, in, name)
}

func (g *Gate) Rmdir(cancel <-chan struct{}, in *fuse.InHeader, name string) fuse.Status {
	if st := g.pass(cancel, opRmdir, in); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Rmdir(cancel, in, name)
}

func (g *Gate) Rename(cancel <-chan struct{}, in *fuse.RenameIn, from, to string) fuse.Status {
	if st := g.pass(cancel, opRename, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Rename(cancel, in, from, to)
}

func (g *Gate) Open(cancel <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	if st := g.pass(cancel, opOpen, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Open(cancel, in, out)
}

func (g *Gate) Read(cancel <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	if st := g.pass(cancel, opRead, &in.InHeader); !st.Ok() {
		return nil, st
	}
	return g.RawFileSystem.Read(cancel, in, buf)
}

func (g *Gate) Write(cancel <-chan struct{}, in *fuse.WriteIn, data []byte) (uint32, fuse.Status) {
	if st := g.pass(cancel, opWrite, &in.InHeader); !st.Ok() {
		return 0, st
	}
	return g.RawFileSystem.Write(cancel, in, data)
}

func (g *Gate) Flush(cancel <-chan struct{}, in *fuse.FlushIn) fuse.Status {
	if st := g.pass(cancel, opFlush, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Flush(cancel, in)
}

func (g *Gate) Fsync(cancel <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	if st := g.pass(cancel, opFsync, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.Fsync(cancel, in)
}

func (g *Gate) FsyncDir(cancel <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	if st := g.pass(cancel, opFsync, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.FsyncDir(cancel, in)
}

func (g *Gate) OpenDir(cancel <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	if st := g.pass(cancel, opOpenDir, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.OpenDir(cancel, in, out)
}

func (g *Gate) ReadDir(cancel <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	if st := g.pass(cancel, opReadDir, &in.InHeader); !st.Ok() {
		return st
	}
	return g.RawFileSystem.ReadDir(cancel, in, out)
}

func (g *Gate) StatFs(cancel <-chan struct{}, in *fuse.InHeader, out *fuse.StatfsOut) fuse.Status {
	if st := g.pass(cancel, opStatFS, in); !st.Ok() {
		return st
	}
	return g.RawFileSystem.StatFs(cancel, in, out)
}
