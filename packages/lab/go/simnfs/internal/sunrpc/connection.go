package sunrpc

import (
	"log"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	dialTimeout = 5 * time.Second
	redialPause = 300 * time.Millisecond
	// lostAfter is how long sent bytes may stay unacknowledged before the connection counts as lost. Linux's client
	// sets the same socket option from timeo and retrans; its defaults come to minutes, which no test waits for.
	lostAfter = 8 * time.Second
)

var dialer = net.Dialer{
	Timeout:         dialTimeout,
	KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 4 * time.Second, Interval: 2 * time.Second, Count: 2},
	Control: func(_, _ string, raw syscall.RawConn) error {
		var err error
		if e := raw.Control(func(fd uintptr) {
			err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(lostAfter.Milliseconds()))
		}); e != nil {
			return e
		}
		return err
	},
}

// run keeps a connection until the client is closed.
func (c *Client) run() {
	for c.waitUncut() {
		conn, err := dialer.DialContext(c.ctx, "tcp", c.address)
		if err != nil {
			if c.failed(err) && c.ctx.Err() == nil {
				log.Printf("%s: %v; trying again until it answers", c.address, err)
			}
			select {
			case <-time.After(redialPause):
			case <-c.ctx.Done():
			}
			continue
		}
		if !c.attach(conn) {
			conn.Close()
			continue
		}
		go c.write(conn)
		err = c.read(conn)
		if waiting := c.detach(conn); c.ctx.Err() == nil {
			log.Printf("%s: connection ended: %v; %d calls waiting", c.address, err, waiting)
		}
	}
}

// write sends the calls of a connection until it ends.
func (c *Client) write(conn net.Conn) {
	for {
		batch := c.next(conn)
		if batch == nil {
			return
		}
		if _, err := batch.WriteTo(conn); err != nil {
			conn.Close() // ends read, which says why
			return
		}
	}
}

// read hands out the replies of a connection until it ends.
func (c *Client) read(conn net.Conn) error {
	for {
		reply, err := readRecord(conn)
		if err != nil {
			return err
		}
		if !c.answer(conn, reply) {
			return net.ErrClosed
		}
	}
}
