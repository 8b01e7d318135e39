package nfs3

import "bluecore.internal/lab/simnfs/internal/xdr"

// FileType is an ftype3 (RFC 1813 §2.5).
type FileType uint32

// The kinds of files.
const (
	Regular     FileType = 1
	Directory   FileType = 2
	BlockDevice FileType = 3
	CharDevice  FileType = 4
	Symlink     FileType = 5
	Socket      FileType = 6
	FIFO        FileType = 7
)

// Time is an nfstime3: seconds and nanoseconds since 1970 (RFC 1813 §2.5).
type Time struct {
	Seconds, Nanos uint32
}

// Device is a specdata3: the numbers of a device file.
type Device struct {
	Major, Minor uint32
}

// Attr is a fattr3 (RFC 1813 §2.5). Size and Used are bytes, Mode has the permission bits alone.
type Attr struct {
	Type                   FileType
	Mode, Links, UID, GID  uint32
	Size, Used             uint64
	Device                 Device
	FSID, FileID           uint64
	Access, Modify, Change Time
}

func takeTime(d *xdr.Decoder) Time { return Time{Seconds: d.Uint32(), Nanos: d.Uint32()} }

func takeAttr(d *xdr.Decoder) Attr {
	return Attr{
		Type:   FileType(d.Uint32()),
		Mode:   d.Uint32(),
		Links:  d.Uint32(),
		UID:    d.Uint32(),
		GID:    d.Uint32(),
		Size:   d.Uint64(),
		Used:   d.Uint64(),
		Device: Device{Major: d.Uint32(), Minor: d.Uint32()},
		FSID:   d.Uint64(),
		FileID: d.Uint64(),
		Access: takeTime(d),
		Modify: takeTime(d),
		Change: takeTime(d),
	}
}

// takeOptionalAttr takes a post_op_attr: attributes that a server may leave out; then it returns nil.
func takeOptionalAttr(d *xdr.Decoder) *Attr {
	if !d.Bool() {
		return nil
	}
	a := takeAttr(d)
	return &a
}

// wccAttrSize is the size of a wcc_attr: size, mtime and ctime before an operation.
const wccAttrSize = 8 + 8 + 8

// takeWeakCache takes a wcc_data and returns the attributes after the operation, or nil. Those from before are not
// used: this client asks again at each open instead.
func takeWeakCache(d *xdr.Decoder) *Attr {
	if d.Bool() {
		d.Fixed(wccAttrSize)
	}
	return takeOptionalAttr(d)
}

// SetTime says what becomes of a time: it stays, becomes the server's now, or the one given.
type SetTime struct {
	how uint32
	to  Time
}

// KeepTime leaves a time as it is (DONT_CHANGE).
var KeepTime = SetTime{how: 0}

// ServerTime sets a time to the server's clock (SET_TO_SERVER_TIME).
var ServerTime = SetTime{how: 1}

// ClientTime sets a time to t (SET_TO_CLIENT_TIME).
func ClientTime(t Time) SetTime { return SetTime{how: 2, to: t} }

// SetAttr is a sattr3 (RFC 1813 §2.5): what is nil or KeepTime stays as it is.
type SetAttr struct {
	Mode, UID, GID *uint32
	Size           *uint64
	Access, Modify SetTime
}

func (s SetAttr) encode(e *xdr.Encoder) {
	for _, field := range []*uint32{s.Mode, s.UID, s.GID} {
		e.Bool(field != nil)
		if field != nil {
			e.Uint32(*field)
		}
	}
	e.Bool(s.Size != nil)
	if s.Size != nil {
		e.Uint64(*s.Size)
	}
	for _, t := range []SetTime{s.Access, s.Modify} {
		e.Uint32(t.how)
		if t.how == 2 {
			e.Uint32(t.to.Seconds)
			e.Uint32(t.to.Nanos)
		}
	}
}
