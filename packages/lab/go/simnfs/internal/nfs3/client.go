package nfs3

import (
	"context"
	"time"

	"bluecore.internal/lab/simnfs/internal/sunrpc"
	"bluecore.internal/lab/simnfs/internal/xdr"
)

// Program is NFS version 3 (RFC 1813 §1.3).
var Program = sunrpc.Program{Number: 100003, Version: 3}

// Procedures of RFC 1813 §3.3.
const (
	procGetAttr     = 1
	procSetAttr     = 2
	procLookup      = 3
	procAccess      = 4
	procReadLink    = 5
	procRead        = 6
	procWrite       = 7
	procCreate      = 8
	procMkdir       = 9
	procSymlink     = 10
	procMknod       = 11
	procRemove      = 12
	procRmdir       = 13
	procRename      = 14
	procLink        = 15
	procReadDirPlus = 17
	procFSStat      = 18
	procFSInfo      = 19
	procCommit      = 21
)

// Limits of RFC 1813 §2.4 and §2.5, and of Linux for names and paths.
const (
	maxHandle = 64
	maxName   = 255
	maxPath   = 4096
)

// jukeboxPause is the wait before a call is made again that the server is not ready for.
const jukeboxPause = 500 * time.Millisecond

// FileHandle names a file to its server (RFC 1813 §2.5, nfs_fh3). Only its bytes' equality has a meaning.
type FileHandle string

// Client makes calls to one server. Its methods wait until the server answers, however long that takes: the mount is
// a hard one. Their errors are Status, *sunrpc.RejectedError, *xdr.Error and sunrpc.ErrClosed.
type Client struct {
	RPC *sunrpc.Client
}

// call makes one call and takes the status that each result starts with.
func (c *Client) call(ctx context.Context, cred sunrpc.Credentials, proc uint32, args func(*xdr.Encoder)) (*xdr.Decoder, error) {
	return whenReady(ctx, jukeboxPause, func() (*xdr.Decoder, error) {
		d, err := c.RPC.Call(ctx, proc, cred, args)
		if err != nil {
			return nil, err
		}
		if status := Status(d.Uint32()); status != 0 {
			return nil, status
		}
		return d, d.Err()
	})
}

// do is call without a time limit.
func (c *Client) do(cred sunrpc.Credentials, proc uint32, args func(*xdr.Encoder)) (*xdr.Decoder, error) {
	return c.call(context.Background(), cred, proc, args)
}

// whenReady tries again for as long as the server says JUKEBOX: a new call with a new xid, as RFC 1813 §2.6 asks.
func whenReady(ctx context.Context, pause time.Duration, try func() (*xdr.Decoder, error)) (*xdr.Decoder, error) {
	for {
		d, err := try()
		if err != errJukebox {
			return d, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func putHandle(e *xdr.Encoder, fh FileHandle) { e.Opaque([]byte(fh)) }

func takeHandle(d *xdr.Decoder) FileHandle { return FileHandle(d.Opaque(maxHandle)) }

// putEntry appends a diropargs3 (RFC 1813 §2.5): a name in a directory.
func putEntry(e *xdr.Encoder, dir FileHandle, name string) {
	putHandle(e, dir)
	e.String(name)
}
