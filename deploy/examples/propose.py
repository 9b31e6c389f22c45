#!/usr/bin/env python3
"""Proposes a matter and reads it back, through the public contract, knowing nothing but the server's address.

The messages come from the server's own reflection, so no code is generated. Needs:

    python3 -m venv /tmp/yishi-py && /tmp/yishi-py/bin/pip install grpcio grpcio-reflection
    /tmp/yishi-py/bin/python deploy/examples/propose.py 127.0.0.1:18640 640323100200 2027
"""

import sys
import uuid

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

SERVICE = "yishi.intake.v1.IntakeService"


def main(address, village, year):
    channel = grpc.insecure_channel(address)
    pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    service = pool.FindServiceByName(SERVICE)
    # The development identity: on loopback the caller says who it is.
    caller = [("yishi-unit", village), ("yishi-role", "officer"), ("yishi-actor", "officer-1")]

    def call(method, **fields):
        described = service.FindMethodByName(method)
        request = GetMessageClass(described.input_type)(**fields)
        answer = GetMessageClass(described.output_type)
        stub = channel.unary_unary(
            f"/{SERVICE}/{method}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=answer.FromString,
        )
        return stub(request, metadata=caller, timeout=5)

    matter = call(
        "ProposeMatter",
        parent=f"villages/{village}",
        year=year,
        request_id=str(uuid.uuid4()),
        matter={
            "title": "硬化村道",
            "description": "把进村的土路硬化成水泥路",
            "category": 1,
            "subcategory": "village_road",
            "cost_estimate_fen": 12_000_000,
            "households": 86,
            "persons": 310,
        },
    )
    print(call("GetMatter", name=matter.name))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
