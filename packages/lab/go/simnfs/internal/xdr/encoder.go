// Package xdr encodes and decodes the External Data Representation of RFC 4506, as far as ONC RPC and NFSv3 use it.
package xdr

import "encoding/binary"

// unit is the size that every item is padded to (RFC 4506 §3).
const unit = 4

// Encoder appends items to a message. The zero value is an empty message.
type Encoder struct {
	buf []byte
}

// NewEncoder returns an encoder that appends to buf.
func NewEncoder(buf []byte) *Encoder { return &Encoder{buf: buf} }

// Bytes returns all that was encoded; it is valid until the next call.
func (e *Encoder) Bytes() []byte { return e.buf }

// Uint32 appends an unsigned integer or an enumeration (RFC 4506 §4.2, §4.3).
func (e *Encoder) Uint32(v uint32) { e.buf = binary.BigEndian.AppendUint32(e.buf, v) }

// Uint64 appends an unsigned hyper integer (RFC 4506 §4.5).
func (e *Encoder) Uint64(v uint64) { e.buf = binary.BigEndian.AppendUint64(e.buf, v) }

// Bool appends a boolean (RFC 4506 §4.4). Before optional data it says whether it follows (§4.19).
func (e *Encoder) Bool(v bool) {
	if v {
		e.Uint32(1)
	} else {
		e.Uint32(0)
	}
}

// Fixed appends opaque data whose length both sides know (RFC 4506 §4.9).
func (e *Encoder) Fixed(p []byte) {
	e.buf = append(e.buf, p...)
	for n := len(p); n%unit != 0; n++ {
		e.buf = append(e.buf, 0)
	}
}

// Opaque appends opaque data behind its length (RFC 4506 §4.10).
func (e *Encoder) Opaque(p []byte) {
	e.Uint32(uint32(len(p)))
	e.Fixed(p)
}

// String appends a string (RFC 4506 §4.11).
func (e *Encoder) String(s string) { e.Opaque([]byte(s)) }
