// Package nfsfs shows a directory of an NFSv3 server to the kernel by FUSE's raw protocol. It keeps one FUSE node for
// each file handle, so that operations of programs become procedures of RFC 1813 one to one, as in Linux's own client.
package nfsfs

import (
	"errors"
	"log"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/nfs3"
	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

// MaxTransfer is the most bytes that one READ or WRITE carries, and that the kernel is to ask for at once.
const MaxTransfer = 256 << 10

// Options of a mount.
type Options struct {
	// Sync makes each write wait until the server has stored it.
	Sync bool
	// AttrCache is how long the kernel may trust attributes and names without asking; 0 for not at all.
	AttrCache time.Duration
}

// FS is a mounted directory. What it does not implement, NFSv3 does not have; it answers ENOSYS to that.
type FS struct {
	fuse.RawFileSystem
	nfs               *nfs3.Client
	options           Options
	readMax, writeMax int // bytes
	kernel            *fuse.Server
	groups            groupCache
	background        sync.WaitGroup // writes on their way, removals of silly names

	inFlight, uncommitted atomic.Int64 // bytes
	repeated              atomic.Int64 // writes
	sillyNames            atomic.Uint32

	mu         sync.Mutex
	byID       map[uint64]*node
	byHandle   map[nfs3.FileHandle]*node
	open       map[uint64]*handle
	lastNode   uint64
	lastHandle uint64
}

// Writes are figures about what programs have written and the server has not yet stored.
type Writes struct {
	InFlightBytes    int64 `json:"inFlightBytes"`    // sent, not answered
	UncommittedBytes int64 `json:"uncommittedBytes"` // answered, lost if the server crashes, and then sent again
	Repeated         int64 `json:"repeated"`         // writes sent again because the server had restarted
}

// New returns the file system below root.
func New(client *nfs3.Client, root nfs3.FileHandle, limits nfs3.Limits, options Options) *FS {
	f := &FS{
		RawFileSystem: fuse.NewDefaultRawFileSystem(),
		nfs:           client,
		options:       options,
		readMax:       transferSize(limits.Read),
		writeMax:      transferSize(limits.Write),
		byID:          map[uint64]*node{},
		byHandle:      map[nfs3.FileHandle]*node{},
		open:          map[uint64]*handle{},
	}
	f.reference(root) // gets FUSE's number of the root, 1, and is never forgotten
	return f
}

// transferSize is what a server's limit leaves of MaxTransfer; a server that names none gets Linux's smallest size.
func transferSize(limit uint32) int {
	if limit == 0 {
		return 1024
	}
	return int(min(limit, MaxTransfer))
}

// Init is called by go-fuse once the kernel is there.
func (f *FS) Init(kernel *fuse.Server) { f.kernel = kernel }

// String names the file system in go-fuse's messages.
func (f *FS) String() string { return "simnfs" }

// Writes returns the figures of this moment.
func (f *FS) Writes() Writes {
	return Writes{InFlightBytes: f.inFlight.Load(), UncommittedBytes: f.uncommitted.Load(), Repeated: f.repeated.Load()}
}

// Finish waits after the unmount for what still goes on in the background. It is false if that takes longer than limit.
func (f *FS) Finish(limit time.Duration) bool {
	done := make(chan struct{})
	go func() {
		f.background.Wait()
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-time.After(limit):
		return false
	}
}

// from returns the node that a request is about and the caller's credentials.
func (f *FS) from(h *fuse.InHeader) (*node, sunrpc.Credentials, fuse.Status) {
	n := f.node(h.NodeId)
	if n == nil {
		return nil, sunrpc.Credentials{}, fuse.Status(syscall.ESTALE)
	}
	return n, f.credentials(h), fuse.OK
}

// errno is what a program is told of an error; EIO for what only this log explains.
func errno(err error) syscall.Errno {
	var status nfs3.Status
	if errors.As(err, &status) {
		return status.Errno()
	}
	log.Printf("EIO: %v", err)
	return syscall.EIO
}

// status is errno for an answer to the kernel.
func status(err error) fuse.Status {
	if err == nil {
		return fuse.OK
	}
	return fuse.Status(errno(err))
}
