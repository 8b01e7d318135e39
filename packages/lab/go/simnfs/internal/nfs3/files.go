package nfs3

import (
	"bluecore.internal/lab/simnfs/internal/sunrpc"
	"bluecore.internal/lab/simnfs/internal/xdr"
)

// Bits of ACCESS (RFC 1813 §3.3.4).
const (
	AccessRead    = 0x01
	AccessLookup  = 0x02
	AccessModify  = 0x04
	AccessExtend  = 0x08
	AccessDelete  = 0x10
	AccessExecute = 0x20
)

// GetAttr asks for the attributes of a file (RFC 1813 §3.3.1).
func (c *Client) GetAttr(cred sunrpc.Credentials, fh FileHandle) (*Attr, error) {
	d, err := c.do(cred, procGetAttr, func(e *xdr.Encoder) { putHandle(e, fh) })
	if err != nil {
		return nil, err
	}
	a := takeAttr(d)
	return &a, d.Err()
}

// SetAttr changes attributes of a file (RFC 1813 §3.3.2) and returns those after it, or nil if the server left them out.
func (c *Client) SetAttr(cred sunrpc.Credentials, fh FileHandle, s SetAttr) (*Attr, error) {
	d, err := c.do(cred, procSetAttr, func(e *xdr.Encoder) {
		putHandle(e, fh)
		s.encode(e)
		e.Bool(false) // no guard on the ctime
	})
	if err != nil {
		return nil, err
	}
	return takeWeakCache(d), d.Err()
}

// Lookup finds a name in a directory (RFC 1813 §3.3.3). The attributes are nil if the server left them out.
func (c *Client) Lookup(cred sunrpc.Credentials, dir FileHandle, name string) (FileHandle, *Attr, error) {
	d, err := c.do(cred, procLookup, func(e *xdr.Encoder) { putEntry(e, dir, name) })
	if err != nil {
		return "", nil, err
	}
	fh := takeHandle(d)
	return fh, takeOptionalAttr(d), d.Err()
}

// Access asks which of the wanted Access bits the server grants (RFC 1813 §3.3.4).
func (c *Client) Access(cred sunrpc.Credentials, fh FileHandle, want uint32) (uint32, error) {
	d, err := c.do(cred, procAccess, func(e *xdr.Encoder) {
		putHandle(e, fh)
		e.Uint32(want)
	})
	if err != nil {
		return 0, err
	}
	takeOptionalAttr(d)
	return d.Uint32(), d.Err()
}

// ReadLink returns where a symbolic link points (RFC 1813 §3.3.5).
func (c *Client) ReadLink(cred sunrpc.Credentials, fh FileHandle) (string, error) {
	d, err := c.do(cred, procReadLink, func(e *xdr.Encoder) { putHandle(e, fh) })
	if err != nil {
		return "", err
	}
	takeOptionalAttr(d)
	return d.String(maxPath), d.Err()
}
