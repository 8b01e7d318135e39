package nfsfs

import (
	"errors"
	"fmt"
	"log"

	"bluecore.internal/lab/simnfs/internal/nfs3"
	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

// hide is the silly rename of NFS clients: a name about to go whose file is open here becomes .nfs… instead, because
// the server would take the file away from those who use it. The last close removes it. It is false when the file is
// not open here, is hidden already, or cannot be renamed.
func (f *FS) hide(cred sunrpc.Credentials, dir *node, name string) bool {
	fh, attr, err := f.nfs.Lookup(cred, dir.fh, name)
	if err != nil {
		return false
	}
	n := f.usedHere(fh)
	if n == nil {
		return false
	}
	if attr == nil {
		if attr, err = f.nfs.GetAttr(cred, fh); err != nil {
			return false
		}
	}
	silly, err := f.freeSillyName(cred, dir, attr.FileID)
	if err != nil {
		return false
	}
	if err := f.nfs.Rename(cred, dir.fh, name, dir.fh, silly); err != nil {
		return false
	}
	remove := func() {
		if err := f.nfs.Remove(cred, dir.fh, silly); err != nil {
			log.Printf("%s stays on the server: %v", silly, err)
		}
	}
	n.mu.Lock()
	closed := n.opens == 0 // meanwhile
	if !closed {
		n.lastClose = remove
	}
	n.mu.Unlock()
	if closed {
		remove()
	}
	return true
}

// usedHere returns the node of a file that is open here and not hidden, or nil.
func (f *FS) usedHere(fh nfs3.FileHandle) *node {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.byHandle[fh]
	if n == nil {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.opens == 0 || n.lastClose != nil {
		return nil
	}
	return n
}

// freeSillyName returns a name that the directory does not have: RENAME would put the file in place of another one.
func (f *FS) freeSillyName(cred sunrpc.Credentials, dir *node, fileID uint64) (string, error) {
	for {
		name := fmt.Sprintf(".nfs%016x%08x", fileID, f.sillyNames.Add(1))
		_, _, err := f.nfs.Lookup(cred, dir.fh, name)
		if err == nil {
			continue
		}
		if errors.Is(err, nfs3.ErrNoEntry) {
			return name, nil
		}
		return "", err
	}
}
