package nfs3

import (
	"context"

	"bluecore.internal/lab/simnfs/internal/sunrpc"
	"bluecore.internal/lab/simnfs/internal/xdr"
)

// Space is the answer to FSSTAT: bytes and files in all, free, and free for the caller.
type Space struct {
	Total, Free, Available                uint64
	TotalFiles, FreeFiles, AvailableFiles uint64
}

// Limits is what this client needs of the answer to FSINFO: the largest READ and WRITE in bytes.
type Limits struct {
	Read, Write uint32
}

// FSStat asks how full a file system is (RFC 1813 §3.3.18).
func (c *Client) FSStat(cred sunrpc.Credentials, fh FileHandle) (Space, error) {
	d, err := c.do(cred, procFSStat, func(e *xdr.Encoder) { putHandle(e, fh) })
	if err != nil {
		return Space{}, err
	}
	takeOptionalAttr(d)
	return Space{
		Total: d.Uint64(), Free: d.Uint64(), Available: d.Uint64(),
		TotalFiles: d.Uint64(), FreeFiles: d.Uint64(), AvailableFiles: d.Uint64(),
	}, d.Err()
}

// FSInfo asks what a file system can do (RFC 1813 §3.3.19). Unlike all other methods it ends with ctx: it is the first
// call of a mount, which may fail.
func (c *Client) FSInfo(ctx context.Context, cred sunrpc.Credentials, fh FileHandle) (Limits, error) {
	d, err := c.call(ctx, cred, procFSInfo, func(e *xdr.Encoder) { putHandle(e, fh) })
	if err != nil {
		return Limits{}, err
	}
	takeOptionalAttr(d)
	var l Limits
	l.Read = d.Uint32()
	d.Uint32() // preferred
	d.Uint32() // multiple
	l.Write = d.Uint32()
	return l, d.Err()
}
