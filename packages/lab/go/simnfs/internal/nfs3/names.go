package nfs3

import (
	"bluecore.internal/lab/simnfs/internal/sunrpc"
	"bluecore.internal/lab/simnfs/internal/xdr"
)

// createmode3 (RFC 1813 §3.3.8).
const (
	createUnchecked = 0
	createExclusive = 2
)

// Made is what a procedure made. Handle is "" and Attr nil if the server left them out.
type Made struct {
	Handle FileHandle
	Attr   *Attr
}

// made calls a procedure whose result is a post_op_fh3, a post_op_attr and the directory's wcc_data.
func (c *Client) made(cred sunrpc.Credentials, proc uint32, args func(*xdr.Encoder)) (Made, error) {
	d, err := c.do(cred, proc, args)
	if err != nil {
		return Made{}, err
	}
	var m Made
	if d.Bool() {
		m.Handle = takeHandle(d)
	}
	m.Attr = takeOptionalAttr(d)
	return m, d.Err()
}

// Create makes a regular file, or opens the one that is there (RFC 1813 §3.3.8, UNCHECKED).
func (c *Client) Create(cred sunrpc.Credentials, dir FileHandle, name string, s SetAttr) (Made, error) {
	return c.made(cred, procCreate, func(e *xdr.Encoder) {
		putEntry(e, dir, name)
		e.Uint32(createUnchecked)
		s.encode(e)
	})
}

// CreateExclusive makes a regular file that must not be there (RFC 1813 §3.3.8, EXCLUSIVE). The server keeps token
// with the file, so that the same call made again succeeds. Attributes must be set afterwards.
func (c *Client) CreateExclusive(cred sunrpc.Credentials, dir FileHandle, name string, token uint64) (Made, error) {
	return c.made(cred, procCreate, func(e *xdr.Encoder) {
		putEntry(e, dir, name)
		e.Uint32(createExclusive)
		e.Uint64(token)
	})
}

// Mkdir makes a directory (RFC 1813 §3.3.9).
func (c *Client) Mkdir(cred sunrpc.Credentials, dir FileHandle, name string, s SetAttr) (Made, error) {
	return c.made(cred, procMkdir, func(e *xdr.Encoder) {
		putEntry(e, dir, name)
		s.encode(e)
	})
}

// Symlink makes a symbolic link that points to target (RFC 1813 §3.3.10).
func (c *Client) Symlink(cred sunrpc.Credentials, dir FileHandle, name string, s SetAttr, target string) (Made, error) {
	return c.made(cred, procSymlink, func(e *xdr.Encoder) {
		putEntry(e, dir, name)
		s.encode(e)
		e.String(target)
	})
}

// Mknod makes a device, socket or FIFO (RFC 1813 §3.3.11). Only devices have numbers.
func (c *Client) Mknod(cred sunrpc.Credentials, dir FileHandle, name string, t FileType, s SetAttr, dev Device) (Made, error) {
	return c.made(cred, procMknod, func(e *xdr.Encoder) {
		putEntry(e, dir, name)
		e.Uint32(uint32(t))
		s.encode(e)
		if t == BlockDevice || t == CharDevice {
			e.Uint32(dev.Major)
			e.Uint32(dev.Minor)
		}
	})
}

// Remove removes a name that is not a directory's (RFC 1813 §3.3.12).
func (c *Client) Remove(cred sunrpc.Credentials, dir FileHandle, name string) error {
	_, err := c.do(cred, procRemove, func(e *xdr.Encoder) { putEntry(e, dir, name) })
	return err
}

// Rmdir removes an empty directory (RFC 1813 §3.3.13).
func (c *Client) Rmdir(cred sunrpc.Credentials, dir FileHandle, name string) error {
	_, err := c.do(cred, procRmdir, func(e *xdr.Encoder) { putEntry(e, dir, name) })
	return err
}

// Rename gives a file another name, in place of one that is there (RFC 1813 §3.3.14).
func (c *Client) Rename(cred sunrpc.Credentials, fromDir FileHandle, from string, toDir FileHandle, to string) error {
	_, err := c.do(cred, procRename, func(e *xdr.Encoder) {
		putEntry(e, fromDir, from)
		putEntry(e, toDir, to)
	})
	return err
}

// Link gives a file one more name (RFC 1813 §3.3.15).
func (c *Client) Link(cred sunrpc.Credentials, fh, dir FileHandle, name string) error {
	_, err := c.do(cred, procLink, func(e *xdr.Encoder) {
		putHandle(e, fh)
		putEntry(e, dir, name)
	})
	return err
}
