package mount

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/control"
	"bluecore.internal/lab/simnfs/internal/gate"
	"bluecore.internal/lab/simnfs/internal/nfsfs"
)

// maxBackground is how many reads ahead and the like the kernel may have open at once; go-fuse's 12 would make one hung
// file hold up the others.
const maxBackground = 1024

// finishLimit is how long after the unmount the daemon waits for what is still on its way, such as the removal of
// names of files that were unlinked while open.
const finishLimit = 10 * time.Second

// Serve mounts r, calls ready, and serves the mount until it is unmounted.
func Serve(r *Request, ready func() error) error {
	fs, rpc, err := connect(r)
	if err != nil {
		return err
	}
	defer rpc.Close()
	g := gate.New(fs, r.Killable)
	if err := os.MkdirAll(filepath.Dir(r.Socket), 0o755); err != nil {
		return err
	}
	faults := &control.Mount{Source: r.Source, Target: r.Target, Socket: r.Socket, Killable: r.Killable, Gate: g, FS: fs, RPC: rpc}
	listener, err := faults.Listen()
	if err != nil {
		return fmt.Errorf("socket for faults: %w", err)
	}
	defer listener.Close() // removes the socket
	server, err := fuse.NewServer(g, r.Target, fuseOptions(r))
	if err != nil {
		return fmt.Errorf("FUSE: %w (is /dev/fuse there, and may this process mount?)", err)
	}
	go server.Serve()
	if err := server.WaitMount(); err != nil {
		return fmt.Errorf("FUSE: %w", err)
	}
	log.Printf("%s is mounted on %s; faults: simnfs ctl %s", r.Source, r.Target, r.Socket)
	if err := ready(); err != nil {
		return errors.Join(err, server.Unmount())
	}
	server.Wait()
	log.Printf("%s is unmounted", r.Target)
	if !fs.Finish(finishLimit) {
		log.Printf("calls of %s are not answered after %v and given up", r.Target, finishLimit)
	}
	return nil
}

func fuseOptions(r *Request) *fuse.MountOptions {
	flags := uintptr(syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOATIME)
	if r.ReadOnly {
		flags |= syscall.MS_RDONLY
	}
	if r.NoExec {
		flags |= syscall.MS_NOEXEC
	}
	return &fuse.MountOptions{
		FsName:             r.Source,
		Name:               "nfs", // mount type fuse.nfs
		AllowOther:         true,  // rights are the server's to judge
		MaxBackground:      maxBackground,
		MaxWrite:           nfsfs.MaxTransfer,
		DisableXAttrs:      true,
		DisableReadDirPlus: true,
		// With passthrough the kernel would read and write by itself, past all faults.
		DisabledCapabilities: fuse.CAP_PASSTHROUGH,
		DirectMountStrict:    true, // no fusermount in a node's container
		DirectMountFlags:     flags,
	}
}
