package nfsfs

import (
	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/nfs3"
	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

// Bits of access(2).
const (
	mayExecute = 1
	mayWrite   = 2
	mayRead    = 4
)

// grants says by which ACCESS bits a server grants each bit of access(2); one of them is enough.
var grants = map[uint32]uint32{
	mayRead:    nfs3.AccessRead,
	mayWrite:   nfs3.AccessModify | nfs3.AccessExtend,
	mayExecute: nfs3.AccessLookup | nfs3.AccessExecute,
}

// Access answers access(2) and chdir(2).
func (f *FS) Access(_ <-chan struct{}, in *fuse.AccessIn) fuse.Status {
	n, cred, st := f.from(&in.InHeader)
	if !st.Ok() {
		return st
	}
	var needs []uint32
	for bit, granting := range grants {
		if in.Mask&bit != 0 {
			needs = append(needs, granting)
		}
	}
	return f.allowed(cred, n, needs...)
}

// allowed asks the server, which alone knows, whether it grants at least one bit of each need.
func (f *FS) allowed(cred sunrpc.Credentials, n *node, needs ...uint32) fuse.Status {
	var want uint32
	for _, need := range needs {
		want |= need
	}
	if want == 0 {
		return fuse.OK
	}
	granted, err := f.nfs.Access(cred, n.fh, want)
	if err != nil {
		return status(err)
	}
	for _, need := range needs {
		if granted&need == 0 {
			return fuse.EACCES
		}
	}
	return fuse.OK
}
