package sunrpc

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"bluecore.internal/lab/simnfs/internal/xdr"
)

// ErrClosed is the answer to calls of a closed client.
var ErrClosed = errors.New("RPC client closed")

// NoAnswerError says that a call's context ended before the server answered it.
type NoAnswerError struct {
	Address string
	Trouble error // why there is no connection; nil if there is one
	Cause   error // of the context
}

func (e *NoAnswerError) Error() string {
	if e.Trouble != nil {
		return fmt.Sprintf("no answer in time: %v", e.Trouble)
	}
	return fmt.Sprintf("no answer in time from %s, which took the connection", e.Address)
}

func (e *NoAnswerError) Unwrap() error { return e.Cause }

// Client makes calls to one program of one server over one TCP connection, which it reopens whenever it is lost.
// A call waits until the server answers it: when the connection is lost, the next one carries each waiting call again,
// in order and with its own xid, so that the server's duplicate request cache can know it.
type Client struct {
	address string
	program Program
	ctx     context.Context
	cancel  context.CancelFunc

	mu      sync.Mutex
	changed *sync.Cond // connection, queue, cut
	conn    net.Conn   // nil while there is none
	waiting map[uint32]*call
	queue   []*call // waiting and not yet written to conn, in order
	xid     uint32
	order   uint64
	cut     bool
	trouble error // of the last attempt to connect
	resent  int64
}

// call is one that has no answer yet. Its fields other than reply belong to the client's lock.
type call struct {
	xid     uint32
	order   uint64
	message []byte
	sent    time.Time // last time that it was handed to a connection
	reply   []byte
	done    chan struct{}
}

// Stats are the figures of a client at one moment.
type Stats struct {
	Waiting int           // calls without an answer
	Oldest  time.Duration // how long ago the longest waiting of them went out
	Resent  int64         // calls that went out again since the start
}

// NewClient returns a client of a program that listens at address, host:port. The host should be an address: names
// are looked up at each new connection. It connects in the background; Close ends it.
func NewClient(address string, program Program) *Client {
	ctx, cancel := context.WithCancel(context.Background())
	c := &Client{
		address: address,
		program: program,
		ctx:     ctx,
		cancel:  cancel,
		waiting: map[uint32]*call{},
		xid:     rand.Uint32(), // a server may remember the xids of the client that was here before
	}
	c.changed = sync.NewCond(&c.mu)
	go c.run()
	return c
}

// Call makes one call and waits for its answer: a decoder of the results.
// A nil args sends none. Errors: *RejectedError, *xdr.Error, ErrClosed, and *NoAnswerError when ctx ends, after which
// the call may still be carried out.
func (c *Client) Call(ctx context.Context, proc uint32, cred Credentials, args func(*xdr.Encoder)) (*xdr.Decoder, error) {
	k := c.enqueue(proc, cred, args)
	select {
	case <-k.done:
		return decodeReply(k.reply)
	case <-ctx.Done():
		return nil, &NoAnswerError{Address: c.address, Trouble: c.forget(k), Cause: ctx.Err()}
	case <-c.ctx.Done():
		return nil, ErrClosed
	}
}

// SetCut lets nothing out and nothing in while on is true. The connection is dropped and not made again.
func (c *Client) SetCut(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = on
	if on && c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
	c.changed.Broadcast()
}

// Cut tells whether SetCut is on.
func (c *Client) Cut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cut
}

// Stats returns the client's figures.
func (c *Client) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Stats{Waiting: len(c.waiting), Resent: c.resent}
	for _, k := range c.waiting {
		if !k.sent.IsZero() {
			s.Oldest = max(s.Oldest, time.Since(k.sent))
		}
	}
	return s
}

// Close drops the connection; waiting calls return ErrClosed.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancel()
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
	c.changed.Broadcast()
}
