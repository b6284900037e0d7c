"""pymodbus in both roles, over TCP and over a serial line.

usage: pymodbus_peers.py {client,server} {tcp,rtu}, with our programs in SERVER and CLIENT
"""

import asyncio
import os
import subprocess
import sys

from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.datastore import (
    ModbusSequentialDataBlock,
    ModbusServerContext,
    ModbusSlaveContext,
)
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.file_message import (
    FileRecord,
    ReadFifoQueueRequest,
    ReadFileRecordRequest,
    WriteFileRecordRequest,
)
from pymodbus.mei_message import ReadDeviceInformationRequest
from pymodbus.other_message import (
    GetCommEventCounterRequest,
    GetCommEventLogRequest,
    ReadExceptionStatusRequest,
    ReportSlaveIdRequest,
)
from pymodbus.diag_message import (
    ReturnBusMessageCountRequest,
    ReturnDiagnosticRegisterRequest,
    ReturnQueryDataRequest,
)
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.framer.socket_framer import ModbusSocketFramer
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer

# A pseudo terminal has no parity, and pyserial insists on what it asks for.
PARITY = 'N'
BITS = 100
REGISTERS = 200


def equal(found, wanted, what):
    if found != wanted:
        sys.exit(f'{what}: {found!r} instead of {wanted!r}')


def good(answer, what):
    if isinstance(answer, Exception) or answer.isError():
        sys.exit(f'{what}: {answer}')
    return answer


class OurServer:
    def __init__(self, transport):
        self.process = subprocess.Popen([os.environ['SERVER'], transport], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.where = self.process.stdout.readline().strip()

    def __enter__(self):
        return self.where

    def __exit__(self, *_):
        self.process.communicate()


def client_role(transport):
    with OurServer(transport) as where:
        if transport == 'tcp':
            client = ModbusTcpClient('127.0.0.1', port=int(where), timeout=5)
        else:
            client = ModbusSerialClient(where, baudrate=19200, parity=PARITY, timeout=5)
        if not client.connect():
            sys.exit(f'pymodbus cannot connect to {where}')
        exercise_values(client)
        exercise_services(client)
        refused = client.read_holding_registers(250, 1, slave=1)
        equal((refused.function_code, refused.exception_code), (0x83, 2), 'an address that there is not')
        client.close()


def exercise_values(client):
    for start in 0, 3, 80:
        wanted = [i % 3 == 0 for i in range(start, start + 20)]
        equal(good(client.read_coils(start, 20, slave=1), '01').bits[:20], wanted, 'coils')
        wanted = [i % 2 == 1 for i in range(start, start + 20)]
        equal(good(client.read_discrete_inputs(start, 20, slave=1), '02').bits[:20], wanted, 'discrete inputs')
    for count in 1, 2, 125:
        equal(good(client.read_holding_registers(7, count, slave=1), '03').registers, [1007 + i for i in range(count)],
              'holding registers')
        equal(good(client.read_input_registers(75, count, slave=1), '04').registers, [2075 + i for i in range(count)],
              'input registers')
    for value in True, False:
        good(client.write_coil(10, value, slave=1), '05')
        equal(good(client.read_coils(10, 1, slave=1), '01').bits[0], value, 'a coil written')
    pattern = [i % 5 == 0 for i in range(20)]
    good(client.write_coils(30, pattern, slave=1), '0F')
    equal(good(client.read_coils(30, 20, slave=1), '01').bits[:20], pattern, 'coils written')
    good(client.write_register(140, 0x12, slave=1), '06')
    good(client.mask_write_register(140, 0xF2, 0x25, unit=1), '16')
    equal(good(client.read_holding_registers(140, 1, slave=1), '03').registers, [0x17], 'a register masked')
    good(client.write_registers(150, list(range(40)), slave=1), '10')
    equal(good(client.read_holding_registers(150, 40, slave=1), '03').registers, list(range(40)), 'registers written')
    both = client.readwrite_registers(read_address=150, read_count=4, write_address=151, write_registers=[333, 444],
                                      unit=1)
    equal(good(both, '17').registers, [0, 333, 444, 3], 'registers written and read')


def exercise_services(client):
    equal(good(client.execute(ReadExceptionStatusRequest(unit=1)), '07').status, 0x5A, 'exception status')
    equal(good(client.execute(ReturnQueryDataRequest(0xA537, unit=1)), '08 00').message, (0xA537,), 'query data')
    equal(good(client.execute(ReturnDiagnosticRegisterRequest(unit=1)), '08 02').message, (0x1234,),
          'diagnostic register')
    if good(client.execute(ReturnBusMessageCountRequest(unit=1)), '08 0B').message[0] < 20:
        sys.exit('too few messages were counted')
    good(client.execute(GetCommEventCounterRequest(unit=1)), '0B')
    good(client.execute(GetCommEventLogRequest(unit=1)), '0C')
    # It takes the last octet for the run indicator, wherever that stands.
    equal(good(client.execute(ReportSlaveIdRequest(unit=1)), '11').identifier, b'\x42\xffmeter', 'server id')
    identity = good(client.execute(ReadDeviceInformationRequest(read_code=1, unit=1)), '2B').information
    equal(identity, {0: b'meterlink', 1: b'interop', 2: b'1.0'}, 'device identification')
    record = FileRecord(file_number=1, record_number=2, record_length=3)
    read = good(client.execute(ReadFileRecordRequest([record], unit=1)), '14').records
    equal(read[0].record_data, bytes.fromhex('006600670068'), 'a file record')
    record = FileRecord(file_number=1, record_number=2, record_data=b'\x12\x34')
    good(client.execute(WriteFileRecordRequest([record], unit=1)), '15')
    # It takes four registers too few of the queue.
    good(client.execute(ReadFifoQueueRequest(5, unit=1)), '18')


def device():
    def block(values):
        return ModbusSequentialDataBlock(0, values)

    unit = ModbusSlaveContext(co=block([i % 3 == 0 for i in range(BITS)]), di=block([i % 2 == 1 for i in range(BITS)]),
                              hr=block([1000 + i for i in range(REGISTERS)]),
                              ir=block([2000 + i for i in range(REGISTERS)]), zero_mode=True)
    return ModbusServerContext(slaves={1: unit}, single=False)


def server_role(transport):
    # Its server has these as stubs that answer nothing of use.
    missing = ['14', '15', '18']
    identity = ModbusDeviceIdentification(info_name={'VendorName': 'pymodbus', 'ProductCode': 'PM',
                                                     'MajorMinorRevision': '3.0'})
    arguments = [os.environ['CLIENT'], transport]
    if transport == 'rtu':
        process = subprocess.Popen(arguments + missing, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        path = process.stdout.readline().strip()

    async def serve():
        if transport == 'tcp':
            server = ModbusTcpServer(device(), ModbusSocketFramer, identity, ('127.0.0.1', 0))
            task = asyncio.create_task(server.serve_forever())
            await server.serving
            port = server.server.sockets[0].getsockname()[1]
            client = await asyncio.create_subprocess_exec(*arguments, str(port), *missing, stdout=subprocess.PIPE)
            out, _ = await client.communicate()
            equal((client.returncode, out.decode()), (0, ''), 'our client')
        else:
            server = ModbusSerialServer(device(), ModbusRtuFramer, identity, port=path, baudrate=19200, parity=PARITY,
                                        timeout=1)
            await server.start()
            task = asyncio.create_task(server.serve_forever())
            loop = asyncio.get_running_loop()
            out, _ = await loop.run_in_executor(None, lambda: process.communicate('\n'))
            equal((process.returncode, out), (0, ''), 'our client')
        task.cancel()

    asyncio.run(serve())


if __name__ == '__main__':
    {'client': client_role, 'server': server_role}[sys.argv[1]](sys.argv[2])
