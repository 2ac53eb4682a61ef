-- What an empty database begins with (motcua.site.baseline). Written by tools/baseline.py: never by hand.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE TYPE public.diary_keyrange AS RANGE (
    subtype = uuid,
    multirange_type_name = public.diary_keymultirange
);

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE FUNCTION public.dossiers_involve_home() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO dossiers_involvement (dossier_id, office_id)
  VALUES (NEW.id, NEW.receiving_office_id), (NEW.id, NEW.resolving_office_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE FUNCTION public.dossiers_involve_office() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO dossiers_involvement (dossier_id, office_id)
  VALUES (NEW.dossier_id, NEW.office_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE FUNCTION public.dossiers_involve_other_office() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM dossiers_involvement i
  WHERE i.dossier_id = NEW.dossier_id AND i.office_id = OLD.office_id
    AND NOT EXISTS (SELECT FROM dossiers_workitem w WHERE w.dossier_id = i.dossier_id AND w.office_id = i.office_id)
    AND NOT EXISTS (SELECT FROM dossiers_dossier d WHERE d.id = i.dossier_id
                    AND i.office_id IN (d.receiving_office_id, d.resolving_office_id));
  INSERT INTO dossiers_involvement (dossier_id, office_id)
  SELECT NEW.dossier_id, NEW.office_id WHERE NEW.office_id IS NOT NULL ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE FUNCTION public.events_epoch() RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (0)::bigint;

CREATE FUNCTION public.events_erase_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.event_id IS DISTINCT FROM OLD.event_id OR NEW.person IS NOT NULL
     OR NEW.data IS NOT NULL OR OLD.erased_at IS NOT NULL THEN
    RAISE EXCEPTION 'a payload can be erased, not changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.events_forward_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.stream <> OLD.stream OR NEW.version < OLD.version THEN
    RAISE EXCEPTION 'the head of a stream only moves forward' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.events_grow_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (NEW.level, NEW.index) <> (OLD.level, OLD.index)
     OR substring(NEW.hashes FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
    RAISE EXCEPTION 'a tile of the tree only grows' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.events_horizon() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (((pg_snapshot_xmin(pg_current_snapshot()))::text)::bigint + public.events_epoch());

CREATE FUNCTION public.events_in_order() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.txid := greatest(
    NEW.txid, (SELECT txid FROM events_event WHERE stream = NEW.stream AND version = NEW.version - 1));
  RETURN NEW;
END $$;

CREATE FUNCTION public.events_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: it only grows', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.payments_check_order_total() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    checked uuid;
    total bigint;
BEGIN
    IF TG_TABLE_NAME = 'payments_order' THEN
        checked := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        checked := OLD.order_id;
    ELSE
        checked := NEW.order_id;
    END IF;
    SELECT coalesce(sum(amount), 0) INTO total FROM payments_orderline WHERE order_id = checked;
    IF EXISTS (SELECT FROM payments_order WHERE id = checked AND amount <> total) THEN
        RAISE EXCEPTION 'order % is not the sum of its lines', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.records_guard_appraisal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  steps text[] := ARRAY['draft', 'council', 'concluded', 'approved', 'destroying', 'done'];
  later text[] := ARRAY['state', 'begun_by_id', 'done_at', 'listing_id', 'minutes_id', 'remark'];
BEGIN
  IF NEW.state <> OLD.state AND NOT (
    array_position(steps, NEW.state) = array_position(steps, OLD.state) + 1
    OR NEW.state = 'cancelled' AND OLD.state IN ('draft', 'council', 'concluded', 'approved')
  ) THEN
    PERFORM records_refuse('an appraisal goes forward, step by step');
  END IF;
  IF OLD.state IN ('done', 'cancelled') AND to_jsonb(NEW) <> to_jsonb(OLD)
     OR OLD.state IN ('approved', 'destroying') AND to_jsonb(NEW) - later <> to_jsonb(OLD) - later THEN
    PERFORM records_refuse('what was decided on an appraisal stays');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.records_guard_appraised() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  loose text[] := ARRAY['result', 'cause', 'left_over', 'ended_at'];
  found text;
BEGIN
  SELECT state INTO found FROM records_appraisal
    WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.appraisal_id ELSE OLD.appraisal_id END FOR UPDATE;
  IF found <> 'draft' AND TG_OP <> 'UPDATE'
     OR TG_OP = 'UPDATE' AND (
       OLD.ended_at IS NOT NULL
       OR to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose AND found NOT IN ('draft', 'council')
     ) THEN
    PERFORM records_refuse('what was decided on an appraisal stays');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION public.records_guard_ballot() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  found text;
BEGIN
  SELECT whole.state INTO found FROM records_appraisal whole JOIN records_councilmember m ON m.appraisal_id = whole.id
    WHERE m.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.member_id ELSE OLD.member_id END FOR UPDATE OF whole;
  IF found <> 'council' OR TG_OP = 'DELETE' THEN
    PERFORM records_refuse('what was decided on an appraisal stays');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.records_guard_council() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  found text;
BEGIN
  SELECT state INTO found FROM records_appraisal
    WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.appraisal_id ELSE OLD.appraisal_id END FOR UPDATE;
  IF found <> 'draft' THEN
    PERFORM records_refuse('what was decided on an appraisal stays');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION public.records_guard_destruction() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM records_appraisedfile row JOIN records_appraisal whole ON whole.id = row.appraisal_id
    WHERE row.file_id = NEW.id AND row.verdict = 'destroy' AND row.ended_at IS NULL AND whole.state = 'destroying'
  ) THEN
    PERFORM records_refuse('a file is destroyed by a decision on its appraisal');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.records_guard_entry() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  found text;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.file_id <> OLD.file_id THEN
    PERFORM records_refuse('a document is not moved from file to file');
  END IF;
  found := records_may_change(CASE WHEN TG_OP = 'INSERT' THEN NEW.file_id ELSE OLD.file_id END);
  IF found <> 'open' AND (
    found <> 'destroyed' OR TG_OP <> 'UPDATE' OR NEW.upload_id IS NOT NULL
    OR to_jsonb(NEW) - 'upload_id' <> to_jsonb(OLD) - 'upload_id'
  ) THEN
    PERFORM records_refuse('a closed file is frozen');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION public.records_guard_file() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  loose text[] := ARRAY['keeper_id', 'kept_until', 'permanent', 'told_on'];
  loose_now text[] := CASE WHEN OLD.state = 'offered' AND NEW.state = 'closed' THEN loose || 'state'::text ELSE loose END;
BEGIN
  IF records_is_held(OLD.id) AND to_jsonb(NEW) - loose_now <> to_jsonb(OLD) - loose_now THEN
    PERFORM records_refuse('a legal hold stands on this file');
  END IF;
  IF OLD.state <> 'open' THEN
    IF NEW.state = 'open'
       OR to_jsonb(NEW) - loose - ARRAY['state', 'archived_at', 'destroyed_at']
          <> to_jsonb(OLD) - loose - ARRAY['state', 'archived_at', 'destroyed_at'] THEN
      PERFORM records_refuse('a closed file is frozen');
    END IF;
    IF OLD.permanent AND NOT NEW.permanent OR NOT NEW.permanent AND NEW.kept_until < OLD.kept_until THEN
      PERFORM records_refuse('the retention of a closed file only grows');
    END IF;
    IF NEW.state = 'destroyed' AND OLD.state <> 'destroyed'
       AND (NEW.permanent OR NEW.kept_until >= (NEW.destroyed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) THEN
      PERFORM records_refuse('this file is still to be kept');
    END IF;
    IF OLD.state = 'destroyed' AND NEW.state <> 'destroyed' THEN
      PERFORM records_refuse('what was destroyed does not come back');
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.records_guard_hold() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  lifting text[] := ARRAY['lifted_at', 'lifted_by_id', 'lift_basis'];
  found text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT state INTO found FROM records_workfile WHERE id = NEW.file_id FOR UPDATE;
    IF found = 'destroyed' THEN
      PERFORM records_refuse('this file was destroyed');
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL OR to_jsonb(NEW) - lifting <> to_jsonb(OLD) - lifting
     OR NOT EXISTS (
       SELECT FROM events_event WHERE stream = 'workfile:' || OLD.file_id AND kind = 'records.hold_lifted'
       AND "references"->>'hold' = OLD.id::text
     ) THEN
    PERFORM records_refuse('a hold is lifted by whom may, with an event that tells of it');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.records_guard_pinned() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  of_file uuid;
  found text;
BEGIN
  SELECT file_id INTO of_file FROM records_entry
    WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.entry_id ELSE OLD.entry_id END;
  found := records_may_change(of_file);
  IF TG_OP = 'UPDATE' AND (
    found <> 'destroyed' OR NEW.stored_id IS NOT NULL OR to_jsonb(NEW) - 'stored_id' <> to_jsonb(OLD) - 'stored_id'
  ) OR TG_OP <> 'UPDATE' AND found <> 'open' THEN
    PERFORM records_refuse('a closed file is frozen');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION public.records_guard_stored() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF EXISTS (SELECT FROM records_pinnedfile WHERE stored_id = OLD.id) THEN
    PERFORM records_refuse('a closed file is frozen');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.records_is_held(file uuid) RETURNS boolean
    LANGUAGE sql
    AS $$
  SELECT EXISTS (SELECT FROM records_hold WHERE file_id = file AND lifted_at IS NULL)
$$;

CREATE FUNCTION public.records_may_change(file uuid) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
  found text;
BEGIN
  SELECT state INTO found FROM records_workfile WHERE id = file FOR UPDATE;
  IF records_is_held(file) THEN
    PERFORM records_refuse('a legal hold stands on this file');
  END IF;
  RETURN found;
END $$;

CREATE FUNCTION public.records_never() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM records_refuse(format('%s of %s is refused: it is never deleted', TG_OP, TG_TABLE_NAME));
  RETURN NULL;
END $$;

CREATE FUNCTION public.records_refuse(what text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '%', what USING ERRCODE = 'restrict_violation';
END $$;

CREATE AGGREGATE public.correspondence_together(tsvector) (
    SFUNC = tsvector_concat,
    STYPE = tsvector,
    INITCOND = ''
);

CREATE TABLE public.accounts_account (
    id uuid NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    username character varying(80) NOT NULL,
    display_name character varying(120) NOT NULL,
    email character varying(254),
    phone character varying(20),
    is_active boolean NOT NULL,
    is_administrator boolean NOT NULL,
    language character varying(2) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT account_username_letters CHECK (((username)::text ~ '^[a-z0-9][a-z0-9._@-]*$'::text))
);

CREATE TABLE public.accounts_apitoken (
    id uuid NOT NULL,
    service character varying(80) NOT NULL,
    label character varying(120) NOT NULL,
    digest character varying(64) NOT NULL,
    scopes jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    account_id uuid,
    CONSTRAINT token_of_account_or_service CHECK ((((account_id IS NOT NULL) AND ((service)::text = ''::text)) OR ((account_id IS NULL) AND (NOT ((service)::text = ''::text)))))
);

CREATE TABLE public.accounts_externalidentity (
    id uuid NOT NULL,
    provider character varying(40) NOT NULL,
    subject character varying(200) NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    account_id uuid NOT NULL
);

CREATE TABLE public.accounts_factor (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    label character varying(80) NOT NULL,
    material bytea NOT NULL,
    credential_id bytea,
    counter bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    account_id uuid NOT NULL,
    CONSTRAINT factor_credential_of_passkey CHECK ((((credential_id IS NULL) AND ((kind)::text = 'totp'::text)) OR ((credential_id IS NOT NULL) AND ((kind)::text = 'passkey'::text))))
);

CREATE TABLE public.accounts_factorreset (
    id uuid NOT NULL,
    office_id uuid NOT NULL,
    reason character varying(300) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    account_id uuid NOT NULL,
    confirmed_by_id uuid,
    started_by_id uuid NOT NULL,
    CONSTRAINT reset_confirmed_wholly CHECK ((((confirmed_at IS NULL) AND (confirmed_by_id IS NULL)) OR ((confirmed_at IS NOT NULL) AND (confirmed_by_id IS NOT NULL)))),
    CONSTRAINT reset_four_eyes CHECK (((confirmed_by_id IS NULL) OR ((NOT ((confirmed_by_id = started_by_id) AND (confirmed_by_id IS NOT NULL))) AND (NOT ((confirmed_by_id = account_id) AND (confirmed_by_id IS NOT NULL)))))),
    CONSTRAINT reset_not_own CHECK ((NOT (started_by_id = account_id)))
);

CREATE TABLE public.accounts_keptform (
    id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    path character varying(500) NOT NULL,
    fields bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    account_id uuid NOT NULL
);

CREATE TABLE public.accounts_recoverycode (
    id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    used_at timestamp with time zone,
    account_id uuid NOT NULL
);

CREATE TABLE public.accounts_session (
    digest character varying(64) NOT NULL,
    data text NOT NULL,
    address character varying(64) NOT NULL,
    device character varying(300) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    idle_minutes smallint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    account_id uuid,
    CONSTRAINT accounts_session_idle_minutes_check CHECK ((idle_minutes >= 0))
);

CREATE TABLE public.accounts_signinpolicy (
    kind character varying(10) NOT NULL,
    password boolean NOT NULL,
    totp boolean NOT NULL,
    passkey boolean NOT NULL,
    second_factor character varying(8) NOT NULL,
    sign_up boolean NOT NULL,
    max_attempts smallint NOT NULL,
    max_attempts_of_address smallint NOT NULL,
    window_minutes smallint NOT NULL,
    idle_minutes smallint NOT NULL,
    session_hours smallint NOT NULL,
    CONSTRAINT accounts_signinpolicy_idle_minutes_check CHECK ((idle_minutes >= 0)),
    CONSTRAINT accounts_signinpolicy_max_attempts_check CHECK ((max_attempts >= 0)),
    CONSTRAINT accounts_signinpolicy_max_attempts_of_address_check CHECK ((max_attempts_of_address >= 0)),
    CONSTRAINT accounts_signinpolicy_session_hours_check CHECK ((session_hours >= 0)),
    CONSTRAINT accounts_signinpolicy_window_minutes_check CHECK ((window_minutes >= 0)),
    CONSTRAINT policy_sane_numbers CHECK (((idle_minutes >= 5) AND (max_attempts >= 1) AND (max_attempts_of_address >= 1) AND (session_hours >= 1) AND (window_minutes >= 1))),
    CONSTRAINT policy_second_factor_exists CHECK ((NOT ((NOT passkey) AND ((second_factor)::text = 'required'::text) AND (NOT totp)))),
    CONSTRAINT policy_some_way_in CHECK ((password OR passkey))
);

CREATE TABLE public.accounts_startcode (
    id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    account_id uuid NOT NULL,
    issued_by_id uuid NOT NULL
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.batches_batch (
    id uuid NOT NULL,
    return_method character varying(10) NOT NULL,
    return_address character varying(250) NOT NULL,
    state character varying(7) NOT NULL,
    file_name character varying(255) NOT NULL,
    common jsonb NOT NULL,
    problems jsonb NOT NULL,
    notes jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    ended_at timestamp with time zone,
    account_id uuid NOT NULL,
    applicant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    office_id uuid NOT NULL,
    procedure_version_id uuid NOT NULL,
    channel character varying(10) DEFAULT 'online'::character varying NOT NULL,
    CONSTRAINT batch_confirmed_when_sent CHECK ((((confirmed_at IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (confirmed_at IS NOT NULL))))
);

CREATE TABLE public.batches_line (
    id uuid NOT NULL,
    "row" integer NOT NULL,
    typed jsonb NOT NULL,
    errors jsonb NOT NULL,
    state character varying(7) NOT NULL,
    problem character varying(500) NOT NULL,
    batch_id uuid NOT NULL,
    dossier_id uuid,
    CONSTRAINT batch_line_filed_with_dossier CHECK ((((dossier_id IS NOT NULL) AND ((state)::text = 'filed'::text)) OR ((NOT ((state)::text = 'filed'::text)) AND (dossier_id IS NULL)))),
    CONSTRAINT batches_line_row_check CHECK (("row" >= 0))
);

CREATE TABLE public.batches_sharedpaper (
    id uuid NOT NULL,
    added_at timestamp with time zone NOT NULL,
    batch_id uuid NOT NULL,
    case_paper_id uuid NOT NULL,
    file_id uuid NOT NULL
);

CREATE TABLE public.blobs_blob (
    digest character varying(64) NOT NULL,
    size bigint NOT NULL,
    media_type character varying(100) NOT NULL,
    scan_state character varying(12) NOT NULL,
    scanned_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT blob_digest_is_sha256 CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT blob_scan_state_known CHECK (((scan_state)::text = ANY ((ARRAY['not_scanned'::character varying, 'held'::character varying, 'clean'::character varying, 'infected'::character varying])::text[]))),
    CONSTRAINT blob_scanned_when_scanned CHECK (((((scan_state)::text = ANY ((ARRAY['clean'::character varying, 'infected'::character varying])::text[])) AND (scanned_at IS NOT NULL)) OR (((scan_state)::text = ANY ((ARRAY['not_scanned'::character varying, 'held'::character varying])::text[])) AND (scanned_at IS NULL)))),
    CONSTRAINT blobs_blob_size_check CHECK ((size >= 0))
);

CREATE TABLE public.blobs_storedfile (
    id uuid NOT NULL,
    name character varying(255) NOT NULL,
    media_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    uploaded_by uuid,
    kept boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    blob_id character varying(64) NOT NULL,
    CONSTRAINT blobs_storedfile_size_check CHECK ((size >= 0)),
    CONSTRAINT stored_file_named_and_not_empty CHECK ((((name)::text > ''::text) AND (size > 0)))
);

CREATE TABLE public.citizens_party (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    name character varying(200) NOT NULL,
    name_fold character varying(200) NOT NULL,
    identity_number character varying(12),
    tax_code character varying(13),
    birth_date date,
    gender character varying(10) NOT NULL,
    address character varying(250) NOT NULL,
    commune_code character varying(10) NOT NULL,
    phone character varying(20) NOT NULL,
    email character varying(254) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    account_id uuid,
    merged_into_id uuid,
    CONSTRAINT party_birth_of_citizen CHECK (((birth_date IS NULL) OR ((kind)::text = 'citizen'::text))),
    CONSTRAINT party_identity_number CHECK (((identity_number IS NULL) OR (((identity_number)::text ~ '^[0-9]{12}$'::text) AND ((kind)::text = 'citizen'::text)))),
    CONSTRAINT party_merged_into_another CHECK (((merged_into_id IS NULL) OR ((NOT ((merged_into_id = id) AND (merged_into_id IS NOT NULL))) AND (account_id IS NULL)))),
    CONSTRAINT party_tax_code CHECK (((tax_code IS NULL) OR ((tax_code)::text ~ '^[0-9]{10}([0-9]{3})?$'::text)))
);

CREATE TABLE public.citizens_representation (
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    document character varying(120) NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    party_id uuid NOT NULL,
    representative_id uuid NOT NULL,
    state character varying(9) DEFAULT 'confirmed'::character varying NOT NULL,
    CONSTRAINT representation_of_another CHECK ((NOT (party_id = representative_id))),
    CONSTRAINT representation_parent_ends CHECK (((NOT ((kind)::text = 'parent'::text)) OR (valid_to IS NOT NULL))),
    CONSTRAINT representation_stated_by_parent CHECK ((((kind)::text = 'parent'::text) OR ((state)::text = 'confirmed'::text))),
    CONSTRAINT representation_validity CHECK (((valid_to IS NULL) OR (valid_to > valid_from)))
);

CREATE TABLE public.connectors_call (
    id uuid NOT NULL,
    operation character varying(40) NOT NULL,
    consumer character varying(40) NOT NULL,
    key character varying(100) NOT NULL,
    about character varying(120) NOT NULL,
    purpose character varying(60) NOT NULL,
    edition integer,
    said bytea NOT NULL,
    found bytea NOT NULL,
    state character varying(8) NOT NULL,
    attempts smallint NOT NULL,
    code character varying(40) NOT NULL,
    fault character varying(300) NOT NULL,
    next_at timestamp with time zone NOT NULL,
    failed_at timestamp with time zone,
    leased_until timestamp with time zone,
    queued_at timestamp with time zone NOT NULL,
    shown_at timestamp with time zone,
    settled_at timestamp with time zone,
    told_at timestamp with time zone,
    whose_id uuid,
    consent_id uuid,
    description_id uuid,
    system_id uuid NOT NULL,
    CONSTRAINT call_given_up_has_fault CHECK (((NOT ((state)::text = ANY ((ARRAY['dead'::character varying, 'left'::character varying])::text[]))) OR (NOT ((fault)::text = ''::text)))),
    CONSTRAINT call_with_purpose_has_person CHECK ((((purpose)::text = ''::text) OR (whose_id IS NOT NULL))),
    CONSTRAINT connectors_call_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT connectors_call_edition_check CHECK ((edition >= 0))
);

CREATE TABLE public.connectors_consent (
    id uuid NOT NULL,
    purpose character varying(60) NOT NULL,
    edition integer NOT NULL,
    given_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    given_by_id uuid NOT NULL,
    party_id uuid NOT NULL,
    withdrawn_by_id uuid,
    CONSTRAINT connectors_consent_edition_check CHECK ((edition >= 0)),
    CONSTRAINT consent_withdrawn_by_somebody CHECK ((((withdrawn_at IS NULL) AND (withdrawn_by_id IS NULL)) OR ((withdrawn_at >= given_at) AND (withdrawn_by_id IS NOT NULL))))
);

CREATE TABLE public.connectors_description (
    id uuid NOT NULL,
    number integer NOT NULL,
    content text NOT NULL,
    document jsonb,
    saved_at timestamp with time zone NOT NULL,
    saved_by_id uuid,
    system_id uuid NOT NULL,
    CONSTRAINT connectors_description_number_check CHECK ((number >= 0))
);

CREATE TABLE public.connectors_linesystem (
    id uuid NOT NULL,
    down_since timestamp with time zone,
    failures integer NOT NULL,
    retry_at timestamp with time zone,
    fault character varying(200) NOT NULL,
    answered_at timestamp with time zone,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    number integer NOT NULL,
    at_once smallint NOT NULL,
    is_active boolean NOT NULL,
    CONSTRAINT connectors_linesystem_at_once_check CHECK ((at_once >= 0)),
    CONSTRAINT connectors_linesystem_failures_check CHECK ((failures >= 0)),
    CONSTRAINT connectors_linesystem_number_check CHECK ((number >= 0))
);

CREATE TABLE public.correspondence_arrivalstamp (
    id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state character varying(7) NOT NULL,
    detail character varying(500) NOT NULL,
    ended_at timestamp with time zone,
    asked_by_id uuid NOT NULL,
    file_id uuid,
    original_id uuid NOT NULL,
    transaction_id uuid,
    CONSTRAINT arrival_stamp_done_has_file CHECK (((NOT ((state)::text = 'done'::text)) OR (file_id IS NOT NULL))),
    CONSTRAINT arrival_stamp_ends CHECK ((((ended_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (ended_at IS NOT NULL))))
);

CREATE TABLE public.correspondence_assignment (
    id uuid NOT NULL,
    part character varying(11) NOT NULL,
    state character varying(9) NOT NULL,
    instruction text NOT NULL,
    due_on date,
    sort_due date NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    report text NOT NULL,
    ended_at timestamp with time zone,
    told_on date,
    assigned_by_id uuid NOT NULL,
    ended_by_id uuid,
    office_id uuid NOT NULL,
    officer_id uuid,
    parent_id uuid,
    document_id uuid NOT NULL,
    CONSTRAINT assignment_ended_with_state CHECK ((((ended_at IS NULL) AND ((state)::text = ANY ((ARRAY['open'::character varying, 'given'::character varying])::text[]))) OR ((ended_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['done'::character varying, 'returned'::character varying, 'forwarded'::character varying, 'withdrawn'::character varying])::text[]))))),
    CONSTRAINT assignment_not_own_parent CHECK (((parent_id IS NULL) OR (NOT ((parent_id = id) AND (parent_id IS NOT NULL))))),
    CONSTRAINT assignment_of_unit_given CHECK (((NOT ((state)::text = 'given'::text)) OR (officer_id IS NULL)))
);

CREATE TABLE public.correspondence_delivery (
    id uuid NOT NULL,
    partner character varying(40) NOT NULL,
    receiver character varying(40) NOT NULL,
    identifier character varying(200) NOT NULL,
    kind smallint NOT NULL,
    signature jsonb NOT NULL,
    remarks jsonb NOT NULL,
    recall character varying(8) NOT NULL,
    recall_reason text NOT NULL,
    document_id uuid NOT NULL,
    earlier_id uuid,
    letter uuid,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT correspondence_delivery_kind_check CHECK ((kind >= 0))
);

CREATE TABLE public.correspondence_delivery_also (
    id bigint NOT NULL,
    delivery_id uuid NOT NULL,
    incomingdocument_id uuid NOT NULL
);

ALTER TABLE public.correspondence_delivery_also ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.correspondence_delivery_also_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.correspondence_documentcopy (
    id uuid NOT NULL,
    kind character varying(9) NOT NULL,
    pages character varying(60) NOT NULL,
    notation character varying(40) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state character varying(7) NOT NULL,
    detail character varying(500) NOT NULL,
    ended_at timestamp with time zone,
    asked_by_id uuid NOT NULL,
    file_id uuid,
    incoming_id uuid,
    office_id uuid NOT NULL,
    original_id uuid NOT NULL,
    outgoing_id uuid,
    transaction_id uuid,
    CONSTRAINT document_copy_done_has_file CHECK (((NOT ((state)::text = 'done'::text)) OR (file_id IS NOT NULL))),
    CONSTRAINT document_copy_ends CHECK ((((ended_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT document_copy_of_one CHECK ((((incoming_id IS NULL) AND (outgoing_id IS NOT NULL)) OR ((incoming_id IS NOT NULL) AND (outgoing_id IS NULL))))
);

CREATE TABLE public.correspondence_draftversion (
    id uuid NOT NULL,
    number smallint NOT NULL,
    text text NOT NULL,
    findings jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    file_id uuid NOT NULL,
    made_by_id uuid NOT NULL,
    source_id uuid,
    document_id uuid NOT NULL,
    CONSTRAINT correspondence_draftversion_number_check CHECK ((number >= 0))
);

CREATE TABLE public.correspondence_filetext (
    blob_id character varying(64) NOT NULL,
    state character varying(10) NOT NULL,
    words tsvector NOT NULL
);

CREATE TABLE public.correspondence_incomingdocument (
    id uuid NOT NULL,
    type character varying(30) NOT NULL,
    notation character varying(80) NOT NULL,
    subject character varying(500) NOT NULL,
    document_date date,
    urgency smallint NOT NULL,
    circulation character varying(8) NOT NULL,
    pages smallint,
    language character varying(30) NOT NULL,
    signer_competence character varying(30) NOT NULL,
    signer_position character varying(100) NOT NULL,
    signer_name character varying(50) NOT NULL,
    channel character varying(6) NOT NULL,
    state character varying(10) NOT NULL,
    year smallint,
    number integer,
    sender character varying(200) NOT NULL,
    sender_code character varying(40) NOT NULL,
    identifier character varying(200) NOT NULL,
    arrived_at timestamp with time zone NOT NULL,
    registered_at timestamp with time zone,
    due_on date,
    proposal text NOT NULL,
    note text NOT NULL,
    outcome text NOT NULL,
    closed_at timestamp with time zone,
    leader_id uuid,
    office_id uuid NOT NULL,
    registered_by_id uuid,
    changed_by_id uuid,
    CONSTRAINT correspondence_incomingdocument_number_check CHECK ((number >= 0)),
    CONSTRAINT correspondence_incomingdocument_pages_check CHECK ((pages >= 0)),
    CONSTRAINT correspondence_incomingdocument_urgency_check CHECK ((urgency >= 0)),
    CONSTRAINT correspondence_incomingdocument_year_check CHECK ((year >= 0)),
    CONSTRAINT incoming_closed_with_state CHECK ((((closed_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['done'::character varying, 'sent_back'::character varying, 'recalled'::character varying])::text[]))) OR ((NOT ((state)::text = ANY ((ARRAY['done'::character varying, 'sent_back'::character varying, 'recalled'::character varying])::text[]))) AND (closed_at IS NULL)))),
    CONSTRAINT incoming_number_with_register CHECK ((((number IS NULL) AND (registered_at IS NULL) AND ((state)::text = ANY ((ARRAY['arrived'::character varying, 'sent_back'::character varying])::text[])) AND (year IS NULL)) OR ((state)::text = 'recalled'::text) OR ((NOT ((state)::text = ANY ((ARRAY['arrived'::character varying, 'sent_back'::character varying, 'recalled'::character varying])::text[]))) AND (number IS NOT NULL) AND (registered_at IS NOT NULL) AND (year IS NOT NULL))))
);

CREATE TABLE public.correspondence_incomingfile (
    id uuid NOT NULL,
    part character varying(5) NOT NULL,
    "position" smallint NOT NULL,
    document_id uuid NOT NULL,
    file_id uuid NOT NULL,
    CONSTRAINT correspondence_incomingfile_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.correspondence_opinion (
    id uuid NOT NULL,
    round smallint NOT NULL,
    turn smallint NOT NULL,
    state character varying(9) NOT NULL,
    text text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    given_at timestamp with time zone,
    officer_id uuid NOT NULL,
    version_id uuid NOT NULL,
    document_id uuid NOT NULL,
    CONSTRAINT correspondence_opinion_round_check CHECK ((round >= 0)),
    CONSTRAINT correspondence_opinion_turn_check CHECK ((turn >= 0)),
    CONSTRAINT opinion_given_with_state CHECK ((((given_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['agreed'::character varying, 'objected'::character varying])::text[]))) OR ((NOT ((state)::text = ANY ((ARRAY['agreed'::character varying, 'objected'::character varying])::text[]))) AND (given_at IS NULL))))
);

CREATE TABLE public.correspondence_outgoingannex (
    id uuid NOT NULL,
    added_at timestamp with time zone NOT NULL,
    file_id uuid NOT NULL,
    document_id uuid NOT NULL
);

CREATE TABLE public.correspondence_outgoingdocument (
    id uuid NOT NULL,
    type character varying(30) NOT NULL,
    notation character varying(80) NOT NULL,
    subject character varying(500) NOT NULL,
    document_date date,
    urgency smallint NOT NULL,
    circulation character varying(8) NOT NULL,
    pages smallint,
    language character varying(30) NOT NULL,
    signer_competence character varying(30) NOT NULL,
    signer_position character varying(100) NOT NULL,
    signer_name character varying(50) NOT NULL,
    state character varying(9) NOT NULL,
    mark character varying(60) NOT NULL,
    "to" character varying(500) NOT NULL,
    archive character varying(100) NOT NULL,
    copies smallint NOT NULL,
    relation character varying(8) NOT NULL,
    series character varying(30) NOT NULL,
    year smallint,
    number integer,
    begun_at timestamp with time zone NOT NULL,
    signed_at timestamp with time zone,
    issued_at timestamp with time zone,
    outcome text NOT NULL,
    answers_id uuid,
    drafter_id uuid NOT NULL,
    file_id uuid,
    office_id uuid NOT NULL,
    related_id uuid,
    signer_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    origin character varying(80) DEFAULT ''::character varying NOT NULL,
    due_on date,
    CONSTRAINT correspondence_outgoingdocument_copies_check CHECK ((copies >= 0)),
    CONSTRAINT correspondence_outgoingdocument_number_check CHECK ((number >= 0)),
    CONSTRAINT correspondence_outgoingdocument_pages_check CHECK ((pages >= 0)),
    CONSTRAINT correspondence_outgoingdocument_urgency_check CHECK ((urgency >= 0)),
    CONSTRAINT correspondence_outgoingdocument_year_check CHECK ((year >= 0)),
    CONSTRAINT outgoing_has_file CHECK ((((state)::text = ANY ((ARRAY['draft'::character varying, 'discarded'::character varying])::text[])) OR (file_id IS NOT NULL))),
    CONSTRAINT outgoing_issued_with_state CHECK ((((issued_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['issued'::character varying, 'recalled'::character varying])::text[]))) OR ((NOT ((state)::text = ANY ((ARRAY['issued'::character varying, 'recalled'::character varying])::text[]))) AND (issued_at IS NULL)))),
    CONSTRAINT outgoing_not_own_relation CHECK (((related_id IS NULL) OR (NOT ((related_id = id) AND (related_id IS NOT NULL))))),
    CONSTRAINT outgoing_relation_whole CHECK ((((related_id IS NULL) AND ((relation)::text = ''::text)) OR ((NOT ((relation)::text = ''::text)) AND (related_id IS NOT NULL)))),
    CONSTRAINT outgoing_sealed_has_number CHECK (((NOT ((state)::text = ANY ((ARRAY['sealed'::character varying, 'issued'::character varying, 'recalled'::character varying])::text[]))) OR ((number IS NOT NULL) AND (signed_at IS NOT NULL) AND (year IS NOT NULL))))
);

CREATE TABLE public.correspondence_outgoingsigning (
    id uuid NOT NULL,
    act character varying(7) NOT NULL,
    title character varying(300) NOT NULL,
    authority character varying(300) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state character varying(7) NOT NULL,
    detail character varying(500) NOT NULL,
    ended_at timestamp with time zone,
    asked_by_id uuid NOT NULL,
    document_id uuid NOT NULL,
    file_id uuid,
    office_id uuid,
    transaction_id uuid,
    CONSTRAINT outgoing_signing_ends CHECK ((((ended_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (ended_at IS NOT NULL))))
);

CREATE TABLE public.correspondence_recipient (
    id uuid NOT NULL,
    way character varying(6) NOT NULL,
    name character varying(200) NOT NULL,
    address character varying(250) NOT NULL,
    sent_at timestamp with time zone,
    arrived_id uuid,
    document_id uuid NOT NULL,
    office_id uuid,
    identifier character varying(140) NOT NULL,
    standing character varying(2) NOT NULL,
    standing_at timestamp with time zone,
    standing_note text NOT NULL,
    amends character varying(140) DEFAULT ''::character varying NOT NULL,
    answer character varying(5) DEFAULT ''::character varying NOT NULL,
    answer_at timestamp with time zone,
    answer_note text DEFAULT ''::character varying NOT NULL,
    mailing character varying(6) DEFAULT ''::character varying NOT NULL,
    fault character varying(300) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT recipient_inside_is_office CHECK ((((office_id IS NOT NULL) AND ((way)::text = 'inside'::text)) OR ((NOT ((way)::text = 'inside'::text)) AND (office_id IS NULL))))
);

CREATE TABLE public.correspondence_reservednumber (
    id uuid NOT NULL,
    series character varying(30) NOT NULL,
    year smallint NOT NULL,
    number integer NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    skipped_at timestamp with time zone,
    by_id uuid,
    office_id uuid NOT NULL,
    used_by_id uuid,
    held_for character varying(80) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT correspondence_reservednumber_number_check CHECK ((number >= 0)),
    CONSTRAINT correspondence_reservednumber_year_check CHECK ((year >= 0)),
    CONSTRAINT reserved_number_used_or_skipped CHECK (((used_by_id IS NULL) OR (skipped_at IS NULL)))
);

CREATE TABLE public.correspondence_savedsearch (
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    asked jsonb NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    account_id uuid NOT NULL
);

CREATE TABLE public.correspondence_scanstack (
    id uuid NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    at_blank boolean NOT NULL,
    state character varying(7) NOT NULL,
    problem character varying(20) NOT NULL,
    pages smallint NOT NULL,
    file_id uuid NOT NULL,
    office_id uuid NOT NULL,
    taken_by_id uuid NOT NULL,
    CONSTRAINT correspondence_scanstack_pages_check CHECK ((pages >= 0)),
    CONSTRAINT scan_stack_failed_with_problem CHECK (((((state)::text = 'failed'::text) AND (NOT ((problem)::text = ''::text))) OR ((NOT ((state)::text = 'failed'::text)) AND ((problem)::text = ''::text))))
);

CREATE TABLE public.correspondence_searchentry (
    document uuid NOT NULL,
    direction character varying(3) NOT NULL,
    at timestamp with time zone NOT NULL,
    words tsvector NOT NULL
)
WITH (toast_tuple_target='128');

CREATE TABLE public.correspondence_stackpart (
    id uuid NOT NULL,
    first smallint NOT NULL,
    pages text NOT NULL,
    dropped boolean NOT NULL,
    document_id uuid,
    file_id uuid,
    stack_id uuid NOT NULL,
    CONSTRAINT correspondence_stackpart_first_check CHECK ((first >= 0)),
    CONSTRAINT stack_part_registered_has_file CHECK (((document_id IS NULL) OR ((NOT dropped) AND (file_id IS NOT NULL))))
);

CREATE TABLE public.diary_appointment (
    id uuid NOT NULL,
    subject character varying(500) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    chair_name character varying(200) NOT NULL,
    others text NOT NULL,
    place character varying(200) NOT NULL,
    note text NOT NULL,
    visibility character varying(8) NOT NULL,
    state character varying(9) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    sequence integer NOT NULL,
    reason text NOT NULL,
    document_id uuid,
    office_id uuid NOT NULL,
    preparing_id uuid,
    proposed_by_id uuid NOT NULL,
    room_id uuid,
    outgoing_id uuid,
    series uuid,
    CONSTRAINT diary_appointment_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT diary_ended_with_reason CHECK (((NOT ((state)::text = ANY ((ARRAY['cancelled'::character varying, 'declined'::character varying])::text[]))) OR (NOT (reason = ''::text)))),
    CONSTRAINT diary_one_document CHECK (((document_id IS NULL) OR (outgoing_id IS NULL))),
    CONSTRAINT diary_published_with_state CHECK ((((published_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['published'::character varying, 'cancelled'::character varying])::text[]))) OR ((NOT ((state)::text = ANY ((ARRAY['published'::character varying, 'cancelled'::character varying])::text[]))) AND (published_at IS NULL)))),
    CONSTRAINT diary_span CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '31 days'::interval))))
);

CREATE TABLE public.diary_attendee (
    id uuid NOT NULL,
    part character varying(7) NOT NULL,
    appointment_id uuid NOT NULL,
    office_id uuid NOT NULL,
    officer_id uuid,
    starts_at timestamp with time zone NOT NULL,
    CONSTRAINT diary_chair_is_person CHECK ((((part)::text = 'attends'::text) OR (officer_id IS NOT NULL)))
);

CREATE TABLE public.diary_calendarlink (
    id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    whole boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    account_id uuid NOT NULL
);

CREATE TABLE public.diary_meetingroom (
    id uuid NOT NULL,
    name character varying(120) NOT NULL,
    place character varying(200) NOT NULL,
    seats smallint,
    closed_at timestamp with time zone,
    office_id uuid NOT NULL,
    CONSTRAINT diary_meetingroom_seats_check CHECK ((seats >= 0))
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dossiers_applicationsigning (
    id uuid NOT NULL,
    application uuid NOT NULL,
    digest character varying(64) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state character varying(7) NOT NULL,
    detail character varying(500) NOT NULL,
    ended_at timestamp with time zone,
    asked_by_id uuid NOT NULL,
    file_id uuid,
    signer_id uuid NOT NULL,
    transaction_id uuid,
    CONSTRAINT application_signing_ends CHECK ((((ended_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (ended_at IS NOT NULL))))
);

CREATE TABLE public.dossiers_coapplicant (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    identity_number character varying(12) NOT NULL,
    state character varying(9) NOT NULL,
    way character varying(6) NOT NULL,
    digest character varying(64) NOT NULL,
    reason character varying(300) NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    reminded_at timestamp with time zone,
    reminders smallint NOT NULL,
    dossier_id uuid,
    draft_id uuid,
    party_id uuid,
    CONSTRAINT co_applicant_confirmed_by_somebody CHECK (((NOT ((state)::text = 'confirmed'::text)) OR ((party_id IS NOT NULL) AND (NOT ((way)::text = ''::text)) AND (answered_at IS NOT NULL)))),
    CONSTRAINT co_applicant_of_dossier_confirmed CHECK (((dossier_id IS NULL) OR ((state)::text = 'confirmed'::text))),
    CONSTRAINT co_applicant_of_draft_or_dossier CHECK ((((dossier_id IS NOT NULL) AND (draft_id IS NULL)) OR ((dossier_id IS NULL) AND (draft_id IS NOT NULL)))),
    CONSTRAINT dossiers_coapplicant_reminders_check CHECK ((reminders >= 0))
);

CREATE TABLE public.dossiers_delta (
    id bigint NOT NULL,
    day date NOT NULL,
    measure character varying(40) NOT NULL,
    amount integer NOT NULL,
    office_id uuid NOT NULL,
    procedure_id uuid NOT NULL
);

ALTER TABLE public.dossiers_delta ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.dossiers_delta_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dossiers_dossier (
    id uuid NOT NULL,
    code character varying(60),
    submission_number character varying(40) NOT NULL,
    channel character varying(10) NOT NULL,
    state character varying(20) NOT NULL,
    version integer NOT NULL,
    applicant_name character varying(200) NOT NULL,
    subject character varying(500) NOT NULL,
    form_data jsonb NOT NULL,
    copies smallint NOT NULL,
    facts jsonb NOT NULL,
    offices jsonb NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    counted_from timestamp with time zone,
    limit_value numeric(6,2),
    limit_unit character varying(15) NOT NULL,
    due_at timestamp with time zone,
    calendar_version integer,
    decided_at timestamp with time zone,
    returned_at timestamp with time zone,
    closed_at timestamp with time zone,
    return_method character varying(10) NOT NULL,
    return_address character varying(250) NOT NULL,
    returned_to character varying(200) NOT NULL,
    supplements_asked smallint NOT NULL,
    extensions_made smallint NOT NULL,
    parent_token uuid,
    imported_from character varying(120) NOT NULL,
    applicant_id uuid NOT NULL,
    case_id uuid NOT NULL,
    parent_id uuid,
    procedure_version_id uuid NOT NULL,
    receiving_office_id uuid NOT NULL,
    representative_id uuid,
    resolving_office_id uuid NOT NULL,
    submitted_by_id uuid,
    portal_code character varying(60) NOT NULL,
    is_joint boolean DEFAULT false NOT NULL,
    accepted_office_id uuid,
    told_due_soon_of timestamp with time zone,
    told_overdue_of timestamp with time zone,
    CONSTRAINT dossier_accepted_after_submission CHECK (((accepted_at IS NULL) OR (accepted_at >= submitted_at))),
    CONSTRAINT dossier_accepted_has_code CHECK ((((state)::text = ANY ((ARRAY['submitted'::character varying, 'refused'::character varying, 'withdrawn'::character varying, 'waiting_supplement'::character varying])::text[])) OR ((code IS NOT NULL) AND (accepted_at IS NOT NULL)))),
    CONSTRAINT dossier_closed_with_state CHECK ((((closed_at IS NULL) AND ((state)::text = ANY ((ARRAY['submitted'::character varying, 'accepted'::character varying, 'in_process'::character varying, 'waiting_supplement'::character varying, 'waiting_payment'::character varying, 'waiting_agency'::character varying, 'decided'::character varying])::text[]))) OR ((closed_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['returned'::character varying, 'refused'::character varying, 'stopped'::character varying, 'withdrawn'::character varying])::text[]))))),
    CONSTRAINT dossier_code_with_acceptance CHECK ((((accepted_at IS NULL) AND (code IS NULL)) OR ((accepted_at IS NOT NULL) AND (code IS NOT NULL)))),
    CONSTRAINT dossier_decided_has_time CHECK (((NOT ((state)::text = ANY ((ARRAY['decided'::character varying, 'returned'::character varying])::text[]))) OR (decided_at IS NOT NULL))),
    CONSTRAINT dossier_not_own_parent CHECK (((parent_id IS NULL) OR (NOT ((parent_id = id) AND (parent_id IS NOT NULL))))),
    CONSTRAINT dossier_returned_has_time CHECK (((NOT ((state)::text = 'returned'::text)) OR (returned_at IS NOT NULL))),
    CONSTRAINT dossiers_dossier_calendar_version_check CHECK ((calendar_version >= 0)),
    CONSTRAINT dossiers_dossier_copies_check CHECK ((copies >= 0)),
    CONSTRAINT dossiers_dossier_extensions_made_check CHECK ((extensions_made >= 0)),
    CONSTRAINT dossiers_dossier_supplements_asked_check CHECK ((supplements_asked >= 0)),
    CONSTRAINT dossiers_dossier_version_check CHECK ((version >= 0))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.01');

CREATE TABLE public.dossiers_draft (
    id uuid NOT NULL,
    channel character varying(10) NOT NULL,
    typed jsonb NOT NULL,
    options jsonb NOT NULL,
    page smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    account_id uuid NOT NULL,
    applicant_id uuid,
    case_id uuid,
    procedure_version_id uuid NOT NULL,
    proposals jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT dossiers_draft_page_check CHECK ((page >= 0))
);

CREATE TABLE public.dossiers_draftfile (
    id uuid NOT NULL,
    field character varying(200) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    case_paper_id uuid,
    draft_id uuid NOT NULL,
    file_id uuid NOT NULL,
    source character varying(60) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.dossiers_extension (
    id uuid NOT NULL,
    number smallint NOT NULL,
    reason text NOT NULL,
    value numeric(6,2) NOT NULL,
    unit character varying(15) NOT NULL,
    due_before timestamp with time zone NOT NULL,
    due_after timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    dossier_id uuid NOT NULL,
    made_by_id uuid NOT NULL,
    CONSTRAINT dossiers_extension_number_check CHECK ((number >= 0)),
    CONSTRAINT extension_is_later CHECK ((due_after > due_before))
);

CREATE TABLE public.dossiers_feeline (
    id uuid NOT NULL,
    name character varying(300) NOT NULL,
    kind character varying(12) NOT NULL,
    amount bigint NOT NULL,
    state character varying(10) NOT NULL,
    method character varying(10) NOT NULL,
    reason character varying(300) NOT NULL,
    settled_at timestamp with time zone,
    "position" smallint NOT NULL,
    dossier_id uuid NOT NULL,
    settled_by_id uuid,
    after_return boolean DEFAULT false NOT NULL,
    order_id uuid,
    quantity integer DEFAULT 1 NOT NULL,
    unit character varying(100) DEFAULT ''::character varying NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    CONSTRAINT dossiers_feeline_amount_check CHECK ((amount >= 0)),
    CONSTRAINT dossiers_feeline_position_check CHECK (("position" >= 0)),
    CONSTRAINT dossiers_feeline_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT dossiers_feeline_refunded_check CHECK ((refunded >= 0)),
    CONSTRAINT fee_collected_has_method CHECK (((NOT ((state)::text = 'collected'::text)) OR (NOT ((method)::text = ''::text)))),
    CONSTRAINT fee_of_whole_items CHECK (((quantity >= 1) AND (mod(amount, (quantity)::bigint) = 0))),
    CONSTRAINT fee_refund_of_what_was_paid CHECK (((refunded = 0) OR ((refunded <= amount) AND ((state)::text = ANY ((ARRAY['collected'::character varying, 'refunded'::character varying])::text[])) AND (NOT ((reason)::text = ''::text))))),
    CONSTRAINT fee_settled_with_state CHECK ((((settled_at IS NULL) AND ((state)::text = 'due'::text)) OR ((NOT ((state)::text = 'due'::text)) AND (settled_at IS NOT NULL)))),
    CONSTRAINT fee_waiver_has_reason CHECK (((NOT ((state)::text = ANY ((ARRAY['waived'::character varying, 'refunded'::character varying])::text[]))) OR (NOT ((reason)::text = ''::text))))
);

CREATE TABLE public.dossiers_figure (
    id bigint NOT NULL,
    day date NOT NULL,
    measure character varying(40) NOT NULL,
    amount integer NOT NULL,
    office_id uuid NOT NULL,
    procedure_id uuid NOT NULL
);

ALTER TABLE public.dossiers_figure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.dossiers_figure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dossiers_incident (
    id uuid NOT NULL,
    node character varying(120) NOT NULL,
    kind character varying(40) NOT NULL,
    message text NOT NULL,
    retry jsonb NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    dossier_id uuid NOT NULL,
    resolved_by_id uuid,
    office_id uuid
);

CREATE TABLE public.dossiers_involvement (
    dossier_id uuid NOT NULL,
    office_id uuid NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.01');

CREATE TABLE public.dossiers_issuedform (
    id uuid NOT NULL,
    form character varying(2) NOT NULL,
    number character varying(60) NOT NULL,
    data jsonb NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    dossier_id uuid NOT NULL,
    file_id uuid,
    issued_by_id uuid,
    office_id uuid NOT NULL
);

CREATE TABLE public.dossiers_message (
    id uuid NOT NULL,
    from_applicant boolean NOT NULL,
    title character varying(200) NOT NULL,
    text text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    author_id uuid,
    dossier_id uuid NOT NULL,
    office_id uuid NOT NULL,
    CONSTRAINT message_answered_is_question CHECK ((from_applicant OR (answered_at IS NULL))),
    CONSTRAINT message_says_something CHECK ((NOT (text = ''::text)))
);

CREATE TABLE public.dossiers_messagefile (
    id uuid NOT NULL,
    file_id uuid NOT NULL,
    message_id uuid NOT NULL
);

CREATE TABLE public.dossiers_openedfrom (
    id uuid NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    document_id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    opened_by_id uuid NOT NULL
);

CREATE TABLE public.dossiers_paper (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    name character varying(1000) NOT NULL,
    form character varying(10) NOT NULL,
    copies smallint NOT NULL,
    digitised boolean NOT NULL,
    reused boolean NOT NULL,
    from_national_store boolean NOT NULL,
    no_scan_reason character varying(12) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    added_by_id uuid,
    case_paper_id uuid,
    dossier_id uuid NOT NULL,
    file_id uuid,
    supplement_id uuid,
    source character varying(60) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT dossiers_paper_copies_check CHECK ((copies >= 0)),
    CONSTRAINT dossiers_paper_position_check CHECK (("position" >= 0)),
    CONSTRAINT paper_digitised_has_file CHECK (((NOT digitised) OR (file_id IS NOT NULL))),
    CONSTRAINT paper_scan_or_reason CHECK (((NOT digitised) OR ((no_scan_reason)::text = ''::text)))
);

CREATE TABLE public.dossiers_pause (
    id uuid NOT NULL,
    kind character varying(12) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    dossier_id uuid NOT NULL,
    CONSTRAINT pause_ends_after_start CHECK (((ended_at IS NULL) OR (ended_at >= started_at)))
);

CREATE TABLE public.dossiers_resultcopy (
    id uuid NOT NULL,
    kind character varying(9) NOT NULL,
    pages character varying(60) NOT NULL,
    title character varying(300) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state character varying(7) NOT NULL,
    detail character varying(500) NOT NULL,
    ended_at timestamp with time zone,
    asked_by_id uuid NOT NULL,
    file_id uuid,
    office_id uuid NOT NULL,
    result_id uuid NOT NULL,
    source_id uuid,
    transaction_id uuid NOT NULL,
    CONSTRAINT result_copy_file_when_done CHECK ((((file_id IS NOT NULL) AND ((state)::text = 'done'::text)) OR ((NOT ((state)::text = 'done'::text)) AND (file_id IS NULL)))),
    CONSTRAINT result_copy_of_a_copy CHECK (((((kind)::text = 'sao_luc'::text) AND (source_id IS NOT NULL)) OR ((NOT ((kind)::text = 'sao_luc'::text)) AND (source_id IS NULL))))
);

CREATE TABLE public.dossiers_resultdocument (
    id uuid NOT NULL,
    template character varying(60) NOT NULL,
    name character varying(300) NOT NULL,
    code character varying(60) NOT NULL,
    data jsonb NOT NULL,
    state character varying(10) NOT NULL,
    number character varying(60) NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    signed_at timestamp with time zone,
    sealed_at timestamp with time zone,
    dossier_id uuid NOT NULL,
    file_id uuid NOT NULL,
    office_id uuid NOT NULL,
    prepared_by_id uuid NOT NULL,
    sealed_by_id uuid,
    signed_by_id uuid,
    numbered_at timestamp with time zone,
    document_id uuid,
    CONSTRAINT result_sealed_has_number CHECK (((NOT ((state)::text = 'sealed'::text)) OR ((sealed_at IS NOT NULL) AND (NOT ((number)::text = ''::text))))),
    CONSTRAINT result_signed_with_state CHECK ((((signed_at IS NULL) AND ((state)::text = 'prepared'::text)) OR ((NOT ((state)::text = 'prepared'::text)) AND (signed_at IS NOT NULL) AND (signed_by_id IS NOT NULL))))
);

CREATE TABLE public.dossiers_resultsigning (
    id uuid NOT NULL,
    act character varying(7) NOT NULL,
    outcome character varying(60) NOT NULL,
    note text NOT NULL,
    title character varying(300) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state character varying(7) NOT NULL,
    detail character varying(500) NOT NULL,
    ended_at timestamp with time zone,
    asked_by_id uuid NOT NULL,
    file_id uuid,
    item_id uuid NOT NULL,
    office_id uuid,
    result_id uuid NOT NULL,
    transaction_id uuid,
    authority character varying(300) NOT NULL,
    CONSTRAINT result_signing_ends CHECK ((((ended_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (ended_at IS NOT NULL))))
);

CREATE TABLE public.dossiers_returnslip (
    id uuid NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    dossier_id uuid NOT NULL,
    file_id uuid NOT NULL
);

CREATE TABLE public.dossiers_searchentry (
    dossier_id uuid NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    document tsvector NOT NULL
);

CREATE TABLE public.dossiers_supplement (
    id uuid NOT NULL,
    number smallint NOT NULL,
    items jsonb NOT NULL,
    reason text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    approval_reason text NOT NULL,
    lapses_at timestamp with time zone,
    answered_at timestamp with time zone,
    answer text NOT NULL,
    due_before timestamp with time zone,
    due_after timestamp with time zone,
    approver_id uuid,
    dossier_id uuid NOT NULL,
    office_id uuid NOT NULL,
    requested_by_id uuid NOT NULL,
    CONSTRAINT dossiers_supplement_number_check CHECK ((number >= 0)),
    CONSTRAINT supplement_approved_with_reason CHECK ((((approval_reason = ''::text) AND (approver_id IS NULL)) OR ((approver_id IS NOT NULL) AND (NOT (approval_reason = ''::text)))))
);

CREATE TABLE public.dossiers_supplementproposal (
    id uuid NOT NULL,
    state character varying(10) NOT NULL,
    items jsonb NOT NULL,
    reason text NOT NULL,
    grounds text NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    refusal text NOT NULL,
    approver_id uuid NOT NULL,
    decided_by_id uuid,
    dossier_id uuid NOT NULL,
    office_id uuid NOT NULL,
    proposed_by_id uuid NOT NULL,
    supplement_id uuid,
    CONSTRAINT proposal_approved_by_another CHECK ((NOT (approver_id = proposed_by_id))),
    CONSTRAINT proposal_approved_has_supplement CHECK (((((state)::text = 'approved'::text) AND (supplement_id IS NOT NULL)) OR ((NOT ((state)::text = 'approved'::text)) AND (supplement_id IS NULL)))),
    CONSTRAINT proposal_decided_with_state CHECK ((((decided_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (decided_at IS NOT NULL)))),
    CONSTRAINT proposal_refused_with_reason CHECK (((NOT ((state)::text = 'refused'::text)) OR (NOT (refusal = ''::text))))
);

CREATE TABLE public.dossiers_timer (
    id uuid NOT NULL,
    event character varying(120) NOT NULL,
    due_at timestamp with time zone NOT NULL,
    fired_at timestamp with time zone,
    work_item_id uuid NOT NULL
);

CREATE TABLE public.dossiers_workingpaper (
    id uuid NOT NULL,
    template character varying(60) NOT NULL,
    name character varying(300) NOT NULL,
    number smallint NOT NULL,
    pdf_state character varying(10) NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    dossier_id uuid NOT NULL,
    file_id uuid NOT NULL,
    kept_by_id uuid NOT NULL,
    pdf_id uuid,
    work_item_id uuid NOT NULL,
    CONSTRAINT dossiers_workingpaper_number_check CHECK ((number >= 0)),
    CONSTRAINT working_paper_pdf_with_state CHECK ((((pdf_id IS NOT NULL) AND ((pdf_state)::text = 'made'::text)) OR ((NOT ((pdf_state)::text = 'made'::text)) AND (pdf_id IS NULL))))
);

CREATE TABLE public.dossiers_workitem (
    id uuid NOT NULL,
    node character varying(120) NOT NULL,
    name character varying(200) NOT NULL,
    kind character varying(30) NOT NULL,
    state character varying(10) NOT NULL,
    token jsonb NOT NULL,
    role character varying(12) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    due_at timestamp with time zone,
    limit_value numeric(6,2),
    limit_unit character varying(15) NOT NULL,
    finished_at timestamp with time zone,
    outcome character varying(60) NOT NULL,
    assignee_id uuid,
    dossier_id uuid NOT NULL,
    finished_by_id uuid,
    office_id uuid,
    previous_id uuid,
    told_due_soon_at timestamp with time zone,
    told_overdue_at timestamp with time zone,
    paused boolean DEFAULT false NOT NULL,
    CONSTRAINT work_item_finished_with_state CHECK ((((finished_at IS NULL) AND ((state)::text = ANY ((ARRAY['open'::character varying, 'waiting'::character varying])::text[]))) OR ((finished_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['done'::character varying, 'cancelled'::character varying])::text[]))))),
    CONSTRAINT work_item_open_has_office CHECK (((NOT (((kind)::text = 'step'::text) AND ((state)::text = 'open'::text))) OR (office_id IS NOT NULL)))
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_insert_scale_factor='0.01');

CREATE TABLE public.editing_editedfile (
    id uuid NOT NULL,
    kind character varying(30) NOT NULL,
    subject uuid NOT NULL,
    version integer NOT NULL,
    taken integer NOT NULL,
    mark character varying(40) NOT NULL,
    round integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_since timestamp with time zone,
    lock character varying(1024) NOT NULL,
    locked_at timestamp with time zone,
    locked_until timestamp with time zone,
    fault character varying(500) NOT NULL,
    changed_by_id uuid,
    file_id uuid NOT NULL,
    CONSTRAINT edited_file_lock_whole CHECK (((((lock)::text = ''::text) AND (locked_at IS NULL) AND (locked_until IS NULL)) OR ((NOT ((lock)::text = ''::text)) AND (locked_at IS NOT NULL) AND (locked_until IS NOT NULL)))),
    CONSTRAINT edited_file_taken_was_there CHECK ((taken <= version)),
    CONSTRAINT editing_editedfile_round_check CHECK ((round >= 0)),
    CONSTRAINT editing_editedfile_taken_check CHECK ((taken >= 0)),
    CONSTRAINT editing_editedfile_version_check CHECK ((version >= 0))
);

CREATE TABLE public.editing_sitting (
    id uuid NOT NULL,
    writes boolean NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    saved_version integer NOT NULL,
    account_id uuid NOT NULL,
    edited_id uuid NOT NULL,
    CONSTRAINT editing_sitting_saved_version_check CHECK ((saved_version >= 0))
);

CREATE TABLE public.editions_edition (
    id uuid NOT NULL,
    kind character varying(60) NOT NULL,
    number integer NOT NULL,
    valid_from date NOT NULL,
    basis character varying(300) NOT NULL,
    spec jsonb NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by_id uuid,
    CONSTRAINT edition_numbered_from_one CHECK ((number > 0)),
    CONSTRAINT editions_edition_number_check CHECK ((number >= 0))
);

CREATE TABLE public.events_accessrecord (
    id uuid NOT NULL,
    who uuid NOT NULL,
    whose uuid NOT NULL,
    purpose character varying(80) NOT NULL,
    subject character varying(120) NOT NULL,
    at timestamp with time zone NOT NULL,
    "window" bigint NOT NULL
);

CREATE TABLE public.events_event (
    "position" bigint NOT NULL,
    txid bigint DEFAULT (((pg_current_xact_id())::text)::bigint + public.events_epoch()) NOT NULL,
    stream character varying(120) NOT NULL,
    version integer NOT NULL,
    kind character varying(80) NOT NULL,
    actor uuid,
    agency uuid,
    at timestamp with time zone NOT NULL,
    "references" jsonb NOT NULL,
    payload_digest bytea,
    digest bytea NOT NULL,
    CONSTRAINT events_digest_32_bytes CHECK ((octet_length(digest) = 32)),
    CONSTRAINT events_version_from_one CHECK ((version >= 1))
);

ALTER TABLE public.events_event ALTER COLUMN "position" ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_event_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.events_eventpayload (
    event_id bigint NOT NULL,
    person uuid,
    salt bytea,
    data jsonb,
    erased_at timestamp with time zone,
    CONSTRAINT events_payload_kept_or_erased CHECK ((((data IS NOT NULL) AND (erased_at IS NULL) AND (salt IS NOT NULL)) OR ((data IS NULL) AND (erased_at IS NOT NULL) AND (person IS NULL) AND (salt IS NULL))))
);

CREATE TABLE public.events_skippedevent (
    id uuid NOT NULL,
    subscriber character varying(80) NOT NULL,
    reason character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    event_id bigint NOT NULL
);

CREATE TABLE public.events_streamhead (
    stream character varying(120) NOT NULL,
    version integer NOT NULL,
    digest bytea NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE public.events_subscription (
    name character varying(80) NOT NULL,
    horizon bigint NOT NULL,
    target bigint,
    after bigint NOT NULL,
    until bigint,
    failures integer NOT NULL,
    retry_at timestamp with time zone,
    stuck_at bigint,
    last_error character varying(200) NOT NULL,
    delivered_at timestamp with time zone,
    CONSTRAINT events_subscription_window CHECK ((((target IS NULL) AND (until IS NULL)) OR ((target > horizon) AND (until IS NOT NULL))))
);

CREATE TABLE public.events_treehead (
    size bigint NOT NULL,
    root bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    signature bytea NOT NULL,
    key_id character varying(16) NOT NULL,
    CONSTRAINT events_root_32_bytes CHECK ((octet_length(root) = 32))
);

CREATE TABLE public.events_treekey (
    id character varying(16) NOT NULL,
    public bytea NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE public.events_treeleaf (
    index bigint NOT NULL,
    event_id bigint NOT NULL
);

CREATE TABLE public.events_treetile (
    id bigint NOT NULL,
    level smallint NOT NULL,
    index bigint NOT NULL,
    hashes bytea NOT NULL
);

ALTER TABLE public.events_treetile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_treetile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.exchange_account (
    id uuid NOT NULL,
    code character varying(40) NOT NULL,
    system character varying(80) NOT NULL,
    secret character varying(80) NOT NULL,
    pull_at timestamp with time zone,
    pulled_at timestamp with time zone,
    leased_until timestamp with time zone,
    channel_id uuid NOT NULL,
    fault character varying(200) NOT NULL
);

CREATE TABLE public.exchange_channel (
    id uuid NOT NULL,
    down_since timestamp with time zone,
    failures integer NOT NULL,
    retry_at timestamp with time zone,
    fault character varying(200) NOT NULL,
    answered_at timestamp with time zone,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    kind character varying(8) NOT NULL,
    url character varying(300) NOT NULL,
    kinds character varying(60)[] NOT NULL,
    timeout smallint NOT NULL,
    is_active boolean NOT NULL,
    secret character varying(80) NOT NULL,
    client_certificate character varying(80) NOT NULL,
    authorities character varying(80) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    service character varying(80) NOT NULL,
    leased_until timestamp with time zone,
    served_at timestamp with time zone,
    settled_at timestamp with time zone,
    CONSTRAINT channel_timeout_bounded CHECK (((timeout >= 1) AND (timeout <= 120))),
    CONSTRAINT exchange_channel_failures_check CHECK ((failures >= 0)),
    CONSTRAINT exchange_channel_timeout_check CHECK ((timeout >= 0))
);

CREATE TABLE public.exchange_errand (
    id uuid NOT NULL,
    is_served boolean NOT NULL,
    own_key uuid NOT NULL,
    sender character varying(40) NOT NULL,
    asked jsonb NOT NULL,
    answer jsonb NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    partner_id uuid NOT NULL
);

CREATE TABLE public.exchange_incoming (
    id uuid NOT NULL,
    kind character varying(60) NOT NULL,
    message_id character varying(100) NOT NULL,
    about character varying(200) NOT NULL,
    digest character varying(64) NOT NULL,
    signature jsonb NOT NULL,
    state character varying(8) NOT NULL,
    attempts smallint NOT NULL,
    code character varying(40) NOT NULL,
    fault character varying(500) NOT NULL,
    next_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    file_id uuid,
    partner_id uuid NOT NULL,
    CONSTRAINT exchange_incoming_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT incoming_letter_kept_until_taken CHECK ((((state)::text = 'taken'::text) OR (file_id IS NOT NULL))),
    CONSTRAINT incoming_letter_stuck_has_fault CHECK (((NOT ((state)::text = ANY ((ARRAY['stuck'::character varying, 'left'::character varying])::text[]))) OR (NOT ((fault)::text = ''::text))))
);

CREATE TABLE public.exchange_outgoing (
    id uuid NOT NULL,
    kind character varying(60) NOT NULL,
    about character varying(200) NOT NULL,
    key character varying(200) NOT NULL,
    sender character varying(40) NOT NULL,
    state character varying(8) NOT NULL,
    digest character varying(64) NOT NULL,
    there character varying(100) NOT NULL,
    attempts smallint NOT NULL,
    tries smallint NOT NULL,
    code character varying(40) NOT NULL,
    fault character varying(500) NOT NULL,
    next_at timestamp with time zone NOT NULL,
    failed_at timestamp with time zone,
    queued_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    channel_id uuid NOT NULL,
    file_id uuid,
    partner_id uuid NOT NULL,
    CONSTRAINT exchange_outgoing_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT exchange_outgoing_tries_check CHECK ((tries >= 0)),
    CONSTRAINT outgoing_letter_dead_has_fault CHECK (((NOT ((state)::text = ANY ((ARRAY['dead'::character varying, 'left'::character varying])::text[]))) OR (NOT ((fault)::text = ''::text)))),
    CONSTRAINT outgoing_letter_sent_has_content CHECK (((NOT ((state)::text = 'sent'::text)) OR ((file_id IS NOT NULL) AND (NOT ((digest)::text = ''::text)))))
);

CREATE TABLE public.exchange_partner (
    id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(200) NOT NULL,
    demands character varying(8) NOT NULL,
    signers character varying(64)[] NOT NULL,
    is_active boolean NOT NULL,
    channel_id uuid NOT NULL
);

CREATE TABLE public.exchange_refusal (
    id uuid NOT NULL,
    message_id character varying(100) NOT NULL,
    code character varying(40) NOT NULL,
    detail character varying(500) NOT NULL,
    digest character varying(64) NOT NULL,
    size bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    channel_id uuid NOT NULL,
    CONSTRAINT exchange_refusal_size_check CHECK ((size >= 0))
);

CREATE TABLE public.families_statement (
    id uuid NOT NULL,
    relation character varying(6) NOT NULL,
    name character varying(200) NOT NULL,
    birth_date date NOT NULL,
    identity_number character varying(12) NOT NULL,
    basis character varying(11) NOT NULL,
    number character varying(60) NOT NULL,
    issued_on date,
    issuer character varying(300) NOT NULL,
    source character varying(60) NOT NULL,
    state character varying(9) NOT NULL,
    stated_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    reason character varying(500) NOT NULL,
    child_id uuid NOT NULL,
    decided_by_id uuid,
    file_id uuid,
    office_id uuid,
    parent_id uuid NOT NULL,
    representation_id uuid,
    other_parent character varying(12) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT statement_decided_by_somebody CHECK ((((decided_at IS NULL) AND (decided_by_id IS NULL) AND ((state)::text = 'stated'::text)) OR ((NOT ((state)::text = 'stated'::text)) AND (decided_at IS NOT NULL) AND (decided_by_id IS NOT NULL)))),
    CONSTRAINT statement_has_its_basis CHECK (((((basis)::text = 'certificate'::text) AND ((source)::text = ''::text) AND (NOT ((number)::text = ''::text)) AND (NOT ((issuer)::text = ''::text))) OR (((basis)::text = 'store'::text) AND (file_id IS NOT NULL) AND (NOT ((source)::text = ''::text))))),
    CONSTRAINT statement_refused_with_reason CHECK (((((state)::text = 'refused'::text) AND (NOT ((reason)::text = ''::text))) OR ((NOT ((state)::text = 'refused'::text)) AND ((reason)::text = ''::text))))
);

CREATE TABLE public.messaging_carriertoken (
    carrier character varying(20) NOT NULL,
    access bytea NOT NULL,
    refresh bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.messaging_mail (
    id uuid NOT NULL,
    state character varying(8) NOT NULL,
    sent_at timestamp with time zone,
    error character varying(200) NOT NULL,
    notice_id uuid NOT NULL,
    CONSTRAINT mail_sent_with_time CHECK ((((sent_at IS NOT NULL) AND ((state)::text = 'sent'::text)) OR ((NOT ((state)::text = 'sent'::text)) AND (sent_at IS NULL))))
);

CREATE TABLE public.messaging_notice (
    id uuid NOT NULL,
    kind character varying(60) NOT NULL,
    subject character varying(200) NOT NULL,
    body text NOT NULL,
    url character varying(300) NOT NULL,
    key character varying(200) NOT NULL,
    shown boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    recipient_id uuid NOT NULL
);

CREATE TABLE public.messaging_noticetemplate (
    id uuid NOT NULL,
    kind character varying(60) NOT NULL,
    language character varying(2) NOT NULL,
    subject character varying(200) NOT NULL,
    body text NOT NULL
);

CREATE TABLE public.messaging_phonemessage (
    id uuid NOT NULL,
    carrier character varying(20) NOT NULL,
    state character varying(8) NOT NULL,
    reference character varying(80) NOT NULL,
    sent_at timestamp with time zone,
    error character varying(200) NOT NULL,
    notice_id uuid NOT NULL,
    CONSTRAINT phone_message_sent_with_time CHECK ((((sent_at IS NOT NULL) AND ((state)::text = 'sent'::text)) OR ((NOT ((state)::text = 'sent'::text)) AND (sent_at IS NULL))))
);

CREATE TABLE public.messaging_preference (
    id uuid NOT NULL,
    "group" character varying(40) NOT NULL,
    in_app boolean NOT NULL,
    email boolean NOT NULL,
    account_id uuid NOT NULL,
    carriers character varying(20)[] NOT NULL
);

CREATE TABLE public.national_portal_arrival (
    id uuid NOT NULL,
    code character varying(60) NOT NULL,
    digest character varying(64) NOT NULL,
    said bytea NOT NULL,
    state character varying(8) NOT NULL,
    fault character varying(500) NOT NULL,
    attempts smallint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    dossier_id uuid,
    CONSTRAINT arrival_stuck_has_fault CHECK (((NOT ((state)::text = ANY ((ARRAY['stuck'::character varying, 'left'::character varying])::text[]))) OR (NOT ((fault)::text = ''::text)))),
    CONSTRAINT national_portal_arrival_attempts_check CHECK ((attempts >= 0))
);

CREATE TABLE public.national_portal_comparison (
    id uuid NOT NULL,
    day date NOT NULL,
    compared integer NOT NULL,
    missing integer NOT NULL,
    differing integer NOT NULL,
    found jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT national_portal_comparison_compared_check CHECK ((compared >= 0)),
    CONSTRAINT national_portal_comparison_differing_check CHECK ((differing >= 0)),
    CONSTRAINT national_portal_comparison_missing_check CHECK ((missing >= 0))
);

CREATE TABLE public.national_portal_exchange (
    dossier_id uuid NOT NULL,
    state character varying(8) NOT NULL,
    wanted integer NOT NULL,
    told integer NOT NULL,
    moved integer NOT NULL,
    unsure boolean NOT NULL,
    attempts integer NOT NULL,
    fault character varying(500) NOT NULL,
    waiting_since timestamp with time zone NOT NULL,
    leased_until timestamp with time zone,
    told_at timestamp with time zone,
    known_as character varying(60) NOT NULL,
    quiet_until timestamp with time zone,
    CONSTRAINT exchange_known_is_told CHECK (((NOT ((state)::text = 'known'::text)) OR (wanted <= moved))),
    CONSTRAINT exchange_stuck_has_fault CHECK (((NOT ((state)::text = ANY ((ARRAY['stuck'::character varying, 'left'::character varying])::text[]))) OR (NOT ((fault)::text = ''::text)))),
    CONSTRAINT national_portal_exchange_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT national_portal_exchange_moved_check CHECK ((moved >= 0)),
    CONSTRAINT national_portal_exchange_told_check CHECK ((told >= 0)),
    CONSTRAINT national_portal_exchange_wanted_check CHECK ((wanted >= 0))
);

CREATE TABLE public.national_portal_link (
    id smallint NOT NULL,
    down_since timestamp with time zone,
    failures integer NOT NULL,
    retry_at timestamp with time zone,
    fault character varying(200) NOT NULL,
    answered_at timestamp with time zone,
    at_once smallint NOT NULL,
    CONSTRAINT link_one CHECK ((id = 1)),
    CONSTRAINT national_portal_link_at_once_check CHECK ((at_once >= 0)),
    CONSTRAINT national_portal_link_failures_check CHECK ((failures >= 0)),
    CONSTRAINT national_portal_link_id_check CHECK ((id >= 0))
);

CREATE TABLE public.national_portal_monthlyreport (
    id uuid NOT NULL,
    month date NOT NULL,
    office_code character varying(35) NOT NULL,
    figures jsonb NOT NULL,
    told_at timestamp with time zone,
    fault character varying(500) NOT NULL
);

CREATE TABLE public.officers_declaredrelative (
    id uuid NOT NULL,
    identity_hash character varying(64) NOT NULL,
    relation character varying(60) NOT NULL,
    officer_id uuid NOT NULL
);

CREATE TABLE public.officers_delegation (
    id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    roles character varying(12)[] NOT NULL,
    document character varying(120) NOT NULL,
    from_position_id uuid NOT NULL,
    to_position_id uuid NOT NULL,
    authority character varying(4) NOT NULL,
    scope character varying(250)[] DEFAULT '{}'::character varying(250)[] NOT NULL,
    CONSTRAINT delegation_admin_whole CHECK (((scope = '{}'::character varying(250)[]) OR (NOT (roles @> ARRAY['admin'::character varying(12)])))),
    CONSTRAINT delegation_authority_known CHECK (((authority)::text = ANY ((ARRAY['KT.'::character varying, 'TL.'::character varying, 'TUQ.'::character varying])::text[]))),
    CONSTRAINT delegation_roles CHECK (((roles <@ ARRAY['reception'::character varying(12), 'specialist'::character varying(12), 'leader'::character varying(12), 'clerk'::character varying(12), 'return'::character varying(12), 'admin'::character varying(12), 'head'::character varying(12), 'cashier'::character varying(12)]) AND (
CASE
    WHEN (roles IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(roles, 1), 0)
END >= 1))),
    CONSTRAINT delegation_to_another CHECK ((NOT (from_position_id = to_position_id))),
    CONSTRAINT delegation_validity CHECK (((valid_to IS NOT NULL) AND (valid_to > valid_from)))
);

CREATE TABLE public.officers_officer (
    account_id uuid NOT NULL,
    staff_number character varying(30),
    name_fold character varying(120) NOT NULL,
    sort_key character varying(120) NOT NULL,
    identity_hash character varying(64) NOT NULL,
    left_on date
);

CREATE TABLE public.officers_position (
    id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    title character varying(120) NOT NULL,
    roles character varying(12)[] NOT NULL,
    office_id uuid NOT NULL,
    officer_id uuid NOT NULL,
    CONSTRAINT position_roles CHECK (((roles <@ ARRAY['reception'::character varying(12), 'specialist'::character varying(12), 'leader'::character varying(12), 'clerk'::character varying(12), 'return'::character varying(12), 'admin'::character varying(12), 'head'::character varying(12), 'cashier'::character varying(12)]) AND (
CASE
    WHEN (roles IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(roles, 1), 0)
END >= 1))),
    CONSTRAINT position_validity CHECK (((valid_to IS NULL) OR (valid_to >= valid_from)))
);

CREATE TABLE public.officers_substitution (
    id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    absent_id uuid NOT NULL,
    substitute_id uuid NOT NULL,
    CONSTRAINT substitution_by_another CHECK ((NOT (absent_id = substitute_id))),
    CONSTRAINT substitution_validity CHECK (((valid_to IS NOT NULL) AND (valid_to > valid_from)))
);

CREATE TABLE public.organisations_administrativeunit (
    id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    code character varying(10) NOT NULL,
    level character varying(10) NOT NULL,
    kind character varying(40) NOT NULL,
    name character varying(120) NOT NULL,
    name_fold character varying(120) NOT NULL,
    parent_id uuid,
    CONSTRAINT unit_validity CHECK (((valid_to IS NULL) OR (valid_to > valid_from)))
);

CREATE TABLE public.organisations_office (
    id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    name character varying(200) NOT NULL,
    name_fold character varying(200) NOT NULL,
    short_name character varying(60) NOT NULL,
    kind character varying(40) NOT NULL,
    level character varying(10) NOT NULL,
    receives boolean NOT NULL,
    address character varying(250) NOT NULL,
    phone character varying(30) NOT NULL,
    parent_id uuid,
    unit_id uuid,
    tax_code character varying(13) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT office_not_own_parent CHECK (((parent_id IS NULL) OR (NOT ((parent_id = id) AND (parent_id IS NOT NULL))))),
    CONSTRAINT office_tax_code CHECK ((((tax_code)::text = ''::text) OR ((tax_code)::text ~ '^[0-9]{10}([0-9]{3})?$'::text))),
    CONSTRAINT office_validity CHECK (((valid_to IS NULL) OR (valid_to > valid_from)))
);

CREATE TABLE public.organisations_officecode (
    id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    code character varying(35) NOT NULL,
    scheme character varying(3) NOT NULL,
    office_id uuid NOT NULL,
    CONSTRAINT office_code_letters CHECK (((code)::text ~ '^[A-Z0-9]+(\.[A-Z0-9]+)*$'::text)),
    CONSTRAINT office_code_validity CHECK (((valid_to IS NULL) OR (valid_to > valid_from)))
);

CREATE TABLE public.organisations_officesuccession (
    id uuid NOT NULL,
    since date NOT NULL,
    new_id uuid NOT NULL,
    old_id uuid NOT NULL,
    CONSTRAINT office_succeeds_another CHECK ((NOT (old_id = new_id)))
);

CREATE TABLE public.organisations_unitsuccession (
    id uuid NOT NULL,
    share character varying(5) NOT NULL,
    heir boolean NOT NULL,
    new_id uuid NOT NULL,
    old_id uuid NOT NULL,
    CONSTRAINT unit_whole_successor_is_heir CHECK ((((share)::text = 'part'::text) OR heir))
);

CREATE TABLE public.payments_attempt (
    id uuid NOT NULL,
    gateway character varying(40) NOT NULL,
    reference character varying(20) NOT NULL,
    amount bigint NOT NULL,
    state character varying(7) NOT NULL,
    code character varying(10) NOT NULL,
    number character varying(40) NOT NULL,
    bank character varying(20) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    heard_at timestamp with time zone,
    order_id uuid NOT NULL,
    asked_at timestamp with time zone,
    CONSTRAINT attempt_heard_with_state CHECK ((((heard_at IS NULL) AND ((state)::text = 'started'::text)) OR ((NOT ((state)::text = 'started'::text)) AND (heard_at IS NOT NULL)))),
    CONSTRAINT payments_attempt_amount_check CHECK ((amount >= 0))
);

CREATE TABLE public.payments_bankfeed (
    id uuid NOT NULL,
    number character varying(19) NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    created_by_id uuid NOT NULL,
    office_id uuid NOT NULL
);

CREATE TABLE public.payments_cashclosing (
    id uuid NOT NULL,
    payments integer NOT NULL,
    expected bigint NOT NULL,
    counted bigint NOT NULL,
    note character varying(300) NOT NULL,
    closed_at timestamp with time zone NOT NULL,
    office_id uuid NOT NULL,
    officer_id uuid NOT NULL,
    refunds integer DEFAULT 0 NOT NULL,
    cards integer DEFAULT 0 NOT NULL,
    card_expected bigint DEFAULT 0 NOT NULL,
    card_counted bigint DEFAULT 0 NOT NULL,
    CONSTRAINT closing_difference_explained CHECK ((((card_counted = card_expected) AND (counted = expected)) OR (NOT ((note)::text = ''::text)))),
    CONSTRAINT payments_cashclosing_cards_check CHECK ((cards >= 0)),
    CONSTRAINT payments_cashclosing_payments_check CHECK ((payments >= 0)),
    CONSTRAINT payments_cashclosing_refunds_check CHECK ((refunds >= 0))
);

CREATE TABLE public.payments_collectingaccount (
    id uuid NOT NULL,
    valid_from date NOT NULL,
    bank_bin character varying(6) NOT NULL,
    bank_name character varying(80) NOT NULL,
    number character varying(19) NOT NULL,
    holder character varying(120) NOT NULL,
    source character varying(200) NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    decided_by_id uuid NOT NULL,
    office_id uuid NOT NULL,
    CONSTRAINT collecting_account_whole CHECK (((((bank_bin)::text = ''::text) AND ((bank_name)::text = ''::text) AND ((holder)::text = ''::text) AND ((number)::text = ''::text)) OR (NOT (((number)::text = ''::text) OR ((bank_bin)::text = ''::text) OR ((bank_name)::text = ''::text) OR ((holder)::text = ''::text)))))
);

CREATE TABLE public.payments_incoming (
    id uuid NOT NULL,
    number character varying(19) NOT NULL,
    source character varying(9) NOT NULL,
    key character varying(80) NOT NULL,
    booked_on date NOT NULL,
    amount bigint NOT NULL,
    text character varying(500) NOT NULL,
    payer character varying(200) NOT NULL,
    taken_in_at timestamp with time zone NOT NULL,
    state character varying(8) NOT NULL,
    cause character varying(13) NOT NULL,
    reason character varying(300) NOT NULL,
    settled_at timestamp with time zone,
    office_id uuid NOT NULL,
    settled_by_id uuid,
    order_id uuid,
    statement_id uuid,
    reference character varying(60) NOT NULL,
    CONSTRAINT incoming_assigned_with_order CHECK ((((order_id IS NOT NULL) AND ((state)::text = 'assigned'::text)) OR ((NOT ((state)::text = 'assigned'::text)) AND (order_id IS NULL)))),
    CONSTRAINT incoming_left_with_reason CHECK (((NOT ((state)::text = ANY ((ARRAY['returned'::character varying, 'ignored'::character varying])::text[]))) OR (NOT ((reason)::text = ''::text)))),
    CONSTRAINT incoming_of_something CHECK ((amount > 0)),
    CONSTRAINT incoming_open_with_cause CHECK (((NOT ((state)::text = 'open'::text)) OR (NOT ((cause)::text = ''::text)))),
    CONSTRAINT incoming_settled_with_state CHECK ((((settled_at IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (settled_at IS NOT NULL)))),
    CONSTRAINT payments_incoming_amount_check CHECK ((amount >= 0))
);

CREATE TABLE public.payments_order (
    id uuid NOT NULL,
    amount bigint NOT NULL,
    state character varying(9) NOT NULL,
    method character varying(8) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    payable_id uuid NOT NULL,
    taken_by_id uuid,
    closing_id uuid,
    refunded bigint DEFAULT 0 NOT NULL,
    slip character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT order_by_card_with_slip CHECK (((((method)::text = 'card'::text) AND (NOT ((slip)::text = ''::text))) OR ((NOT ((method)::text = 'card'::text)) AND ((slip)::text = ''::text)))),
    CONSTRAINT order_closed_with_state CHECK ((((closed_at IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (closed_at IS NOT NULL)))),
    CONSTRAINT order_of_something CHECK ((amount > 0)),
    CONSTRAINT order_paid_with_method CHECK (((((state)::text = 'paid'::text) AND (NOT ((method)::text = ''::text))) OR ((NOT ((state)::text = 'paid'::text)) AND ((method)::text = ''::text)))),
    CONSTRAINT order_refunded_of_what_was_paid CHECK (((refunded <= amount) AND ((refunded = 0) OR ((state)::text = 'paid'::text)))),
    CONSTRAINT payments_order_amount_check CHECK ((amount >= 0)),
    CONSTRAINT payments_order_refunded_check CHECK ((refunded >= 0))
);

CREATE TABLE public.payments_orderline (
    id uuid NOT NULL,
    key uuid NOT NULL,
    "position" smallint NOT NULL,
    name character varying(300) NOT NULL,
    kind character varying(12) NOT NULL,
    amount bigint NOT NULL,
    order_id uuid NOT NULL,
    CONSTRAINT payments_orderline_amount_check CHECK ((amount >= 0)),
    CONSTRAINT payments_orderline_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.payments_payable (
    id uuid NOT NULL,
    subject character varying(80) NOT NULL,
    reference character varying(13) NOT NULL,
    title character varying(300) NOT NULL,
    payer uuid NOT NULL,
    payer_name character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    office_id uuid NOT NULL
);

CREATE TABLE public.payments_receipt (
    id uuid NOT NULL,
    form character varying(20) NOT NULL,
    serial character varying(10) NOT NULL,
    number integer NOT NULL,
    state character varying(9) NOT NULL,
    payer_name character varying(200) NOT NULL,
    payer_address character varying(250) NOT NULL,
    amount bigint NOT NULL,
    method character varying(8) NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    reason character varying(300) NOT NULL,
    ended_at timestamp with time zone,
    ended_by_id uuid,
    file_id uuid,
    issued_by_id uuid,
    office_id uuid NOT NULL,
    order_id uuid NOT NULL,
    replaces_id uuid,
    book_id uuid NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    CONSTRAINT payments_receipt_amount_check CHECK ((amount >= 0)),
    CONSTRAINT payments_receipt_number_check CHECK ((number >= 0)),
    CONSTRAINT payments_receipt_refunded_check CHECK ((refunded >= 0)),
    CONSTRAINT receipt_ended_with_reason CHECK ((((ended_at IS NULL) AND ((reason)::text = ''::text) AND ((state)::text = 'issued'::text)) OR ((NOT ((state)::text = 'issued'::text)) AND (ended_at IS NOT NULL) AND (NOT ((reason)::text = ''::text))))),
    CONSTRAINT receipt_number_of_seven_digits CHECK (((number >= 1) AND (number <= 9999999)))
);

CREATE TABLE public.payments_receiptbook (
    id uuid NOT NULL,
    valid_from date NOT NULL,
    form character varying(20) NOT NULL,
    letters character varying(6) NOT NULL,
    collector character varying(200) NOT NULL,
    tax_code character varying(14) NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    decided_by_id uuid NOT NULL,
    office_id uuid NOT NULL
);

CREATE TABLE public.payments_refund (
    id uuid NOT NULL,
    amount bigint NOT NULL,
    method character varying(8) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    closing_id uuid,
    given_by_id uuid,
    order_id uuid NOT NULL,
    CONSTRAINT payments_refund_amount_check CHECK ((amount >= 0)),
    CONSTRAINT refund_of_something CHECK ((amount > 0))
);

CREATE TABLE public.payments_statement (
    id uuid NOT NULL,
    number character varying(19) NOT NULL,
    file_name character varying(200) NOT NULL,
    sha256 character varying(64) NOT NULL,
    lines integer NOT NULL,
    new integer NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    imported_by_id uuid NOT NULL,
    office_id uuid NOT NULL,
    CONSTRAINT payments_statement_lines_check CHECK ((lines >= 0)),
    CONSTRAINT payments_statement_new_check CHECK ((new >= 0))
);

CREATE TABLE public.petitions_entry (
    id uuid NOT NULL,
    kind character varying(9) NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    officer_id uuid,
    petition_id uuid NOT NULL
);

CREATE TABLE public.petitions_petition (
    id uuid NOT NULL,
    code character varying(30) NOT NULL,
    kind character varying(8) NOT NULL,
    topic character varying(30) NOT NULL,
    rules integer NOT NULL,
    channel character varying(7) NOT NULL,
    state character varying(8) NOT NULL,
    heads_only boolean NOT NULL,
    text text NOT NULL,
    place character varying(250) NOT NULL,
    latitude numeric(8,6),
    longitude numeric(9,6),
    received_at timestamp with time zone NOT NULL,
    ask_by timestamp with time zone NOT NULL,
    counted_from timestamp with time zone,
    handle_by timestamp with time zone,
    due_at timestamp with time zone,
    warned_of timestamp with time zone,
    late_told_of timestamp with time zone,
    answered_at timestamp with time zone,
    published_at timestamp with time zone,
    closed_at timestamp with time zone,
    reopened smallint NOT NULL,
    reopen_until timestamp with time zone,
    answer text NOT NULL,
    reason text NOT NULL,
    public_text text NOT NULL,
    public_answer text NOT NULL,
    satisfied boolean,
    search tsvector,
    merged_into_id uuid,
    office_id uuid,
    unit_id uuid,
    CONSTRAINT petition_answered_with_answer CHECK (((NOT ((state)::text = 'answered'::text)) OR ((answered_at IS NOT NULL) AND (NOT (answer = ''::text))))),
    CONSTRAINT petition_closed_with_state CHECK (((NOT ((state)::text = ANY ((ARRAY['refused'::character varying, 'merged'::character varying])::text[]))) OR (closed_at IS NOT NULL))),
    CONSTRAINT petition_merged_into_one CHECK ((((merged_into_id IS NOT NULL) AND ((state)::text = 'merged'::text)) OR ((NOT ((state)::text = 'merged'::text)) AND (merged_into_id IS NULL)))),
    CONSTRAINT petition_not_into_itself CHECK (((merged_into_id IS NULL) OR (NOT ((merged_into_id = id) AND (merged_into_id IS NOT NULL))))),
    CONSTRAINT petition_published_with_texts CHECK (((published_at IS NULL) OR ((NOT (public_text = ''::text)) AND (NOT (public_answer = ''::text))))),
    CONSTRAINT petition_whole_point CHECK ((((latitude IS NULL) AND (longitude IS NULL)) OR ((latitude IS NOT NULL) AND (longitude IS NOT NULL)))),
    CONSTRAINT petitions_petition_reopened_check CHECK ((reopened >= 0)),
    CONSTRAINT petitions_petition_rules_check CHECK ((rules >= 0))
);

CREATE TABLE public.petitions_petitioner (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    phone character varying(20) NOT NULL,
    email character varying(254) NOT NULL,
    address character varying(250) NOT NULL,
    account_id uuid,
    party_id uuid,
    petition_id uuid NOT NULL,
    wrote_down_id uuid
);

CREATE TABLE public.petitions_photo (
    id uuid NOT NULL,
    added_at timestamp with time zone NOT NULL,
    file_id uuid NOT NULL,
    petition_id uuid NOT NULL
);

CREATE TABLE public.procedures_case (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    code character varying(40) NOT NULL,
    name text NOT NULL,
    version_id uuid NOT NULL,
    CONSTRAINT procedures_case_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.procedures_casepaper (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    code character varying(40) NOT NULL,
    name text NOT NULL,
    originals smallint,
    copies smallint NOT NULL,
    form character varying(500) NOT NULL,
    required boolean NOT NULL,
    case_id uuid NOT NULL,
    takes character varying(60)[] DEFAULT '{}'::character varying(60)[] NOT NULL,
    CONSTRAINT procedures_casepaper_copies_check CHECK ((copies >= 0)),
    CONSTRAINT procedures_casepaper_originals_check CHECK ((originals >= 0)),
    CONSTRAINT procedures_casepaper_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.procedures_caseterms (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    channel character varying(7) NOT NULL,
    limit_status character varying(14) NOT NULL,
    limit_value numeric(7,2),
    limit_unit character varying(12) NOT NULL,
    limit_text text NOT NULL,
    fee_status character varying(14) NOT NULL,
    fee_text text NOT NULL,
    description text NOT NULL,
    case_id uuid,
    version_id uuid NOT NULL,
    CONSTRAINT case_terms_limit CHECK (((((limit_status)::text = 'parsed'::text) AND ((limit_unit)::text = ANY ((ARRAY['hours'::character varying, 'days'::character varying, 'working_days'::character varying, 'months'::character varying])::text[])) AND (limit_value > (0)::numeric)) OR (((limit_status)::text = 'unit_missing'::text) AND ((limit_unit)::text = ''::text)) OR (((limit_status)::text = ANY ((ARRAY['not_given'::character varying, 'not_understood'::character varying])::text[])) AND ((limit_unit)::text = ''::text) AND (limit_value IS NULL)))),
    CONSTRAINT procedures_caseterms_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.procedures_feeitem (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    code character varying(40) NOT NULL,
    name text NOT NULL,
    kind character varying(11) NOT NULL,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    unit character varying(100) NOT NULL,
    terms_id uuid NOT NULL,
    after_return boolean DEFAULT false NOT NULL,
    quantity character varying(100) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT procedures_feeitem_amount_check CHECK ((amount >= 0)),
    CONSTRAINT procedures_feeitem_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.procedures_guide (
    id uuid NOT NULL,
    code character varying(40) NOT NULL,
    current_version_id uuid,
    CONSTRAINT guide_code_letters CHECK (((code)::text ~ '^[a-z][a-z0-9_-]*$'::text))
);

CREATE TABLE public.procedures_guideversion (
    id uuid NOT NULL,
    number integer NOT NULL,
    digest character varying(64) NOT NULL,
    title character varying(200) NOT NULL,
    life_events character varying(20)[] NOT NULL,
    spec jsonb NOT NULL,
    decision text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    guide_id uuid NOT NULL,
    CONSTRAINT procedures_guideversion_number_check CHECK ((number >= 0))
);

CREATE TABLE public.procedures_packagefile (
    id uuid NOT NULL,
    path character varying(200) NOT NULL,
    content bytea NOT NULL,
    digest character varying(64) NOT NULL,
    version_id uuid NOT NULL
);

CREATE TABLE public.procedures_procedure (
    id uuid NOT NULL,
    code character varying(40) NOT NULL,
    filing character varying(8) NOT NULL,
    life_events character varying(20)[] NOT NULL,
    current_version_id uuid,
    CONSTRAINT procedure_code_letters CHECK (((code)::text ~ '^[0-9A-Z][0-9A-Za-z.\-]*$'::text))
);

CREATE TABLE public.procedures_procedureversion (
    id uuid NOT NULL,
    number integer NOT NULL,
    source character varying(9) NOT NULL,
    digest character varying(64) NOT NULL,
    name text NOT NULL,
    field character varying(200) NOT NULL,
    decision character varying(200) NOT NULL,
    levels character varying(80)[] NOT NULL,
    subjects character varying(200)[] NOT NULL,
    agencies text[] NOT NULL,
    legal_basis text[] NOT NULL,
    results jsonb NOT NULL,
    settings jsonb NOT NULL,
    form jsonb,
    process jsonb,
    source_record jsonb,
    not_understood text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone,
    procedure_id uuid NOT NULL,
    CONSTRAINT procedure_version_source CHECK ((((form = 'null'::jsonb) AND (process = 'null'::jsonb) AND ((source)::text = 'catalogue'::text) AND (source_record IS NOT NULL)) OR ((form IS NOT NULL) AND (process IS NOT NULL) AND ((source)::text = 'package'::text) AND (source_record = 'null'::jsonb)))),
    CONSTRAINT procedures_procedureversion_number_check CHECK ((number >= 0))
);

CREATE TABLE public.procedures_searchentry (
    procedure_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name text NOT NULL,
    sort_name text NOT NULL,
    field character varying(200) NOT NULL,
    levels character varying(80)[] NOT NULL,
    subjects character varying(200)[] NOT NULL,
    agencies text[] NOT NULL,
    name_words tsvector NOT NULL,
    words tsvector NOT NULL
);

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ratings_answer (
    id uuid NOT NULL,
    channel character varying(6) NOT NULL,
    scores jsonb NOT NULL,
    overall smallint NOT NULL,
    satisfied boolean NOT NULL,
    comment text NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    invitation_id uuid NOT NULL,
    device_id uuid,
    CONSTRAINT answer_channel_with_device CHECK (((((channel)::text = 'link'::text) AND (device_id IS NULL)) OR ((NOT ((channel)::text = 'link'::text)) AND (device_id IS NOT NULL)))),
    CONSTRAINT answer_overall_in_scale CHECK (((overall >= 1) AND (overall <= 5))),
    CONSTRAINT ratings_answer_overall_check CHECK ((overall >= 0))
);

CREATE TABLE public.ratings_inspection (
    id uuid NOT NULL,
    indicator character varying(30) NOT NULL,
    month date NOT NULL,
    points smallint NOT NULL,
    reason text NOT NULL,
    inspected_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    office_id uuid NOT NULL,
    recorded_by_id uuid NOT NULL,
    CONSTRAINT inspection_points_with_reason CHECK (((points <= 2) AND (NOT (reason = ''::text)))),
    CONSTRAINT ratings_inspection_points_check CHECK ((points >= 0))
);

CREATE TABLE public.ratings_invitation (
    id uuid NOT NULL,
    questionnaire integer NOT NULL,
    method character varying(10) NOT NULL,
    returned_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    dossier_id uuid NOT NULL,
    procedure_id uuid NOT NULL,
    receiving_office_id uuid NOT NULL,
    passed_at timestamp with time zone,
    returned_by_id uuid,
    ending character varying(9) DEFAULT 'returned'::character varying NOT NULL,
    CONSTRAINT ratings_invitation_questionnaire_check CHECK ((questionnaire >= 0))
);

CREATE TABLE public.ratings_measure (
    id uuid NOT NULL,
    source character varying(50) NOT NULL,
    category character varying(12) NOT NULL,
    subject character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    office_id uuid NOT NULL,
    officer_id uuid
);

CREATE TABLE public.ratings_share (
    id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    office_id uuid NOT NULL,
    officer_id uuid NOT NULL
);

CREATE TABLE public.records_appraisal (
    id uuid NOT NULL,
    title character varying(200) NOT NULL,
    explanation text NOT NULL,
    state character varying(10) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    basis character varying(200) NOT NULL,
    edition integer,
    met_on date,
    concluded_at timestamp with time zone,
    opinion character varying(200) NOT NULL,
    decision_notation character varying(80) NOT NULL,
    decision_day date,
    approved_at timestamp with time zone,
    destroy_by date,
    done_at timestamp with time zone,
    remark character varying(500) NOT NULL,
    approved_by_id uuid,
    begun_by_id uuid,
    council_minutes_id uuid,
    decision_id uuid,
    listing_id uuid,
    made_by_id uuid NOT NULL,
    minutes_id uuid,
    office_id uuid NOT NULL,
    CONSTRAINT appraisal_between_two CHECK (((approved_by_id IS NULL) OR (NOT ((approved_by_id = made_by_id) AND (approved_by_id IS NOT NULL))))),
    CONSTRAINT appraisal_decided_with_decision CHECK ((((approved_at IS NOT NULL) AND (approved_by_id IS NOT NULL) AND (council_minutes_id IS NOT NULL) AND (decision_day IS NOT NULL) AND (destroy_by IS NOT NULL) AND ((state)::text = ANY ((ARRAY['approved'::character varying, 'destroying'::character varying, 'done'::character varying])::text[])) AND (NOT ((decision_notation)::text = ''::text))) OR ((NOT ((state)::text = ANY ((ARRAY['approved'::character varying, 'destroying'::character varying, 'done'::character varying, 'cancelled'::character varying])::text[]))) AND (approved_by_id IS NULL)) OR ((state)::text = 'cancelled'::text))),
    CONSTRAINT appraisal_done_with_minutes CHECK ((((done_at IS NOT NULL) AND (listing_id IS NOT NULL) AND (minutes_id IS NOT NULL) AND ((state)::text = 'done'::text)) OR ((NOT ((state)::text = 'done'::text)) AND (done_at IS NULL) AND (listing_id IS NULL) AND (minutes_id IS NULL)))),
    CONSTRAINT records_appraisal_edition_check CHECK ((edition >= 0))
);

CREATE TABLE public.records_appraisedfile (
    id uuid NOT NULL,
    verdict character varying(8) NOT NULL,
    until date,
    result character varying(9) NOT NULL,
    cause character varying(10) NOT NULL,
    left_over integer NOT NULL,
    ended_at timestamp with time zone,
    appraisal_id uuid NOT NULL,
    file_id uuid NOT NULL,
    CONSTRAINT appraised_file_ended CHECK ((((ended_at IS NULL) AND ((result)::text = ''::text)) OR ((ended_at IS NOT NULL) AND (NOT ((result)::text = ''::text))))),
    CONSTRAINT records_appraisedfile_left_over_check CHECK ((left_over >= 0))
);

CREATE TABLE public.records_ballot (
    id uuid NOT NULL,
    verdict character varying(8) NOT NULL,
    years smallint,
    note character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    row_id uuid NOT NULL,
    member_id uuid NOT NULL,
    CONSTRAINT ballot_years_of_keeping CHECK (((years IS NULL) OR (((verdict)::text = 'keep'::text) AND (years >= 1) AND (years <= 100)))),
    CONSTRAINT records_ballot_years_check CHECK ((years >= 0))
);

CREATE TABLE public.records_councilmember (
    id uuid NOT NULL,
    role character varying(20) NOT NULL,
    name character varying(150) NOT NULL,
    title character varying(200) NOT NULL,
    appraisal_id uuid NOT NULL,
    officer_id uuid NOT NULL
);

CREATE TABLE public.records_entry (
    id uuid NOT NULL,
    day date NOT NULL,
    type character varying(100) NOT NULL,
    notation character varying(80) NOT NULL,
    title character varying(500) NOT NULL,
    author character varying(200) NOT NULL,
    pages smallint,
    note character varying(300) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by_id uuid NOT NULL,
    incoming_id uuid,
    outgoing_id uuid,
    upload_id uuid,
    file_id uuid NOT NULL,
    CONSTRAINT entry_of_one_source CHECK ((((incoming_id IS NOT NULL) AND (outgoing_id IS NULL) AND (upload_id IS NULL)) OR ((incoming_id IS NULL) AND (outgoing_id IS NOT NULL) AND (upload_id IS NULL)) OR ((incoming_id IS NULL) AND (outgoing_id IS NULL)))),
    CONSTRAINT records_entry_pages_check CHECK ((pages >= 0))
);

CREATE TABLE public.records_filelist (
    id uuid NOT NULL,
    year smallint NOT NULL,
    state character varying(9) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone,
    approved_at timestamp with time zone,
    remark character varying(500) NOT NULL,
    approved_by_id uuid,
    made_by_id uuid NOT NULL,
    office_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    CONSTRAINT file_list_approved_by_somebody CHECK (((NOT ((state)::text = 'approved'::text)) OR ((approved_at IS NOT NULL) AND (approved_by_id IS NOT NULL)))),
    CONSTRAINT records_filelist_year_check CHECK ((year >= 0))
);

CREATE TABLE public.records_fixityfault (
    id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    kind character varying(10) NOT NULL,
    found_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    healed_at timestamp with time zone
);

CREATE TABLE public.records_fixityround (
    id uuid NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    reached character varying(64) NOT NULL,
    checked bigint NOT NULL,
    faults integer NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT records_fixityround_checked_check CHECK ((checked >= 0)),
    CONSTRAINT records_fixityround_faults_check CHECK ((faults >= 0))
);

CREATE TABLE public.records_handover (
    id uuid NOT NULL,
    reason character varying(500) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id uuid,
    giver_id uuid NOT NULL,
    minutes_id uuid NOT NULL,
    taker_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    CONSTRAINT handover_to_another CHECK ((NOT (giver_id = taker_id)))
);

CREATE TABLE public.records_handoverfile (
    id uuid NOT NULL,
    handover_id uuid NOT NULL,
    file_id uuid NOT NULL
);

CREATE TABLE public.records_hold (
    id uuid NOT NULL,
    reason character varying(500) NOT NULL,
    basis character varying(200) NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    lift_basis character varying(200) NOT NULL,
    lifted_by_id uuid,
    placed_by_id uuid NOT NULL,
    file_id uuid NOT NULL,
    CONSTRAINT hold_lifted_by_somebody CHECK (((((lift_basis)::text = ''::text) AND (lifted_at IS NULL) AND (lifted_by_id IS NULL)) OR ((lifted_at IS NOT NULL) AND (lifted_by_id IS NOT NULL) AND (NOT ((lift_basis)::text = ''::text)))))
);

CREATE TABLE public.records_listedfile (
    id uuid NOT NULL,
    notation character varying(20) NOT NULL,
    heading character varying(200) NOT NULL,
    title character varying(500) NOT NULL,
    retention character varying(30) NOT NULL,
    note character varying(300) NOT NULL,
    approved_at timestamp with time zone,
    keeper_id uuid NOT NULL,
    list_id uuid NOT NULL
);

CREATE TABLE public.records_pinnedfile (
    id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    name character varying(255) NOT NULL,
    media_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    "position" smallint NOT NULL,
    entry_id uuid NOT NULL,
    stored_id uuid,
    CONSTRAINT records_pinnedfile_position_check CHECK (("position" >= 0)),
    CONSTRAINT records_pinnedfile_size_check CHECK ((size >= 0))
);

CREATE TABLE public.records_share (
    id uuid NOT NULL,
    level character varying(4) NOT NULL,
    state character varying(8) NOT NULL,
    reason character varying(500) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    asked_by_id uuid NOT NULL,
    decided_by_id uuid,
    office_id uuid,
    officer_id uuid,
    file_id uuid NOT NULL,
    CONSTRAINT share_confirmed_by_another CHECK (((decided_by_id IS NULL) OR (NOT ((decided_by_id = asked_by_id) AND (decided_by_id IS NOT NULL))))),
    CONSTRAINT share_decided_with_state CHECK ((((decided_by_id IS NULL) AND ((state)::text = ANY ((ARRAY['asked'::character varying, 'ending'::character varying])::text[]))) OR ((decided_at IS NOT NULL) AND (decided_by_id IS NOT NULL) AND ((state)::text = ANY ((ARRAY['granted'::character varying, 'declined'::character varying, 'ended'::character varying])::text[]))))),
    CONSTRAINT share_with_one CHECK ((((office_id IS NULL) AND (officer_id IS NOT NULL)) OR ((office_id IS NOT NULL) AND (officer_id IS NULL))))
);

CREATE TABLE public.records_transfer (
    id uuid NOT NULL,
    state character varying(9) NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    remark character varying(500) NOT NULL,
    accepted_by_id uuid,
    listing_id uuid,
    minutes_id uuid,
    office_id uuid NOT NULL,
    prepared_by_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    CONSTRAINT transfer_accepted_with_minutes CHECK ((((accepted_at IS NOT NULL) AND (accepted_by_id IS NOT NULL) AND (listing_id IS NOT NULL) AND (minutes_id IS NOT NULL) AND ((state)::text = 'accepted'::text)) OR ((NOT ((state)::text = 'accepted'::text)) AND (accepted_at IS NULL) AND (minutes_id IS NULL)))),
    CONSTRAINT transfer_between_two CHECK (((accepted_by_id IS NULL) OR (NOT ((accepted_by_id = prepared_by_id) AND (accepted_by_id IS NOT NULL)))))
);

CREATE TABLE public.records_transferredfile (
    id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    faults jsonb NOT NULL,
    packed_at timestamp with time zone,
    package_id uuid,
    transfer_id uuid NOT NULL,
    file_id uuid NOT NULL,
    formats jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT transferred_file_packed CHECK ((((package_id IS NULL) AND (packed_at IS NULL)) OR ((packed_at IS NOT NULL) AND (NOT ((digest)::text = ''::text)))))
);

CREATE TABLE public.records_workfile (
    id uuid NOT NULL,
    year smallint NOT NULL,
    notation character varying(20) NOT NULL,
    title character varying(500) NOT NULL,
    rights character varying(7) NOT NULL,
    language character varying(30) NOT NULL,
    state character varying(9) NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    documents smallint NOT NULL,
    pages integer NOT NULL,
    retention character varying(30) NOT NULL,
    edition integer,
    permanent boolean NOT NULL,
    kept_until date,
    transfer_due date,
    told_on date,
    archived_at timestamp with time zone,
    destroyed_at timestamp with time zone,
    keeper_id uuid NOT NULL,
    line_id uuid NOT NULL,
    office_id uuid NOT NULL,
    opened_by_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    CONSTRAINT records_workfile_documents_check CHECK ((documents >= 0)),
    CONSTRAINT records_workfile_edition_check CHECK ((edition >= 0)),
    CONSTRAINT records_workfile_pages_check CHECK ((pages >= 0)),
    CONSTRAINT records_workfile_year_check CHECK ((year >= 0)),
    CONSTRAINT work_file_begins_before_it_ends CHECK (((ends_on IS NULL) OR (ends_on >= starts_on))),
    CONSTRAINT work_file_closed_with_state CHECK ((((closed_at IS NULL) AND (kept_until IS NULL) AND (NOT permanent) AND ((state)::text = 'open'::text)) OR ((closed_at IS NOT NULL) AND (edition IS NOT NULL) AND (ends_on IS NOT NULL) AND ((state)::text = ANY ((ARRAY['closed'::character varying, 'offered'::character varying, 'archived'::character varying, 'destroyed'::character varying])::text[]))))),
    CONSTRAINT work_file_destroyed_with_state CHECK ((((destroyed_at IS NOT NULL) AND ((state)::text = 'destroyed'::text)) OR ((NOT ((state)::text = 'destroyed'::text)) AND (destroyed_at IS NULL)))),
    CONSTRAINT work_file_kept_how_long CHECK ((((state)::text = 'open'::text) OR ((kept_until IS NULL) AND permanent) OR ((kept_until IS NOT NULL) AND (NOT permanent))))
);

CREATE TABLE public.registers_counter (
    id bigint NOT NULL,
    scope character varying(200) NOT NULL,
    last bigint NOT NULL,
    series_id uuid NOT NULL,
    CONSTRAINT registers_counter_last_check CHECK ((last >= 0))
);

ALTER TABLE public.registers_counter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.registers_counter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.registers_numberseries (
    id uuid NOT NULL,
    code character varying(60) NOT NULL,
    pattern character varying(120) NOT NULL,
    scope jsonb NOT NULL,
    first integer NOT NULL,
    revision integer NOT NULL,
    floor bigint NOT NULL,
    changed_on date,
    CONSTRAINT registers_numberseries_first_check CHECK ((first >= 0)),
    CONSTRAINT registers_numberseries_floor_check CHECK ((floor >= 0)),
    CONSTRAINT registers_numberseries_revision_check CHECK ((revision >= 0))
);

CREATE TABLE public.scanning_scan (
    id uuid NOT NULL,
    purpose character varying(40) NOT NULL,
    subject uuid NOT NULL,
    target character varying(200) NOT NULL,
    state character varying(10) NOT NULL,
    stage character varying(14) NOT NULL,
    done smallint NOT NULL,
    of smallint NOT NULL,
    problem character varying(20) NOT NULL,
    made_pages smallint NOT NULL,
    recognised boolean NOT NULL,
    asked_by uuid,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    file_id uuid,
    plain boolean DEFAULT false NOT NULL,
    CONSTRAINT scan_ended_with_state CHECK ((((ended_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['done'::character varying, 'failed'::character varying])::text[]))) OR ((ended_at IS NULL) AND ((state)::text = ANY ((ARRAY['collecting'::character varying, 'waiting'::character varying, 'working'::character varying])::text[]))))),
    CONSTRAINT scan_failed_with_problem CHECK (((((problem)::text = ANY ((ARRAY['damaged'::character varying, 'locked'::character varying, 'signed'::character varying, 'too_large'::character varying, 'too_many_pages'::character varying, 'too_slow'::character varying, 'moving'::character varying, 'infected'::character varying, 'broken_off'::character varying])::text[])) AND ((state)::text = 'failed'::text)) OR ((NOT ((state)::text = 'failed'::text)) AND ((problem)::text = ''::text)))),
    CONSTRAINT scanning_scan_done_check CHECK ((done >= 0)),
    CONSTRAINT scanning_scan_made_pages_check CHECK ((made_pages >= 0)),
    CONSTRAINT scanning_scan_of_check CHECK ((of >= 0))
);

CREATE TABLE public.scanning_scanpage (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    file_id uuid NOT NULL,
    scan_id uuid NOT NULL,
    "only" text DEFAULT ''::text NOT NULL,
    CONSTRAINT scanning_scanpage_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.service_centre_booking (
    id uuid NOT NULL,
    day date NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    seat smallint NOT NULL,
    code character varying(16) NOT NULL,
    state character varying(9) NOT NULL,
    booked_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    account_id uuid NOT NULL,
    service_id uuid NOT NULL,
    ticket_id uuid,
    CONSTRAINT booking_coherent CHECK ((((ended_at IS NULL) AND ((state)::text = 'booked'::text) AND (ticket_id IS NULL)) OR ((ended_at IS NOT NULL) AND ((state)::text = 'arrived'::text) AND (ticket_id IS NOT NULL)) OR ((ended_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['cancelled'::character varying, 'missed'::character varying])::text[])) AND (ticket_id IS NULL)))),
    CONSTRAINT service_centre_booking_seat_check CHECK ((seat >= 0))
);

CREATE TABLE public.service_centre_centre (
    id uuid NOT NULL,
    early_minutes smallint NOT NULL,
    last_minutes smallint NOT NULL,
    appointment_head_start smallint NOT NULL,
    grace_minutes smallint NOT NULL,
    office_id uuid NOT NULL,
    booking_days smallint NOT NULL,
    CONSTRAINT centre_head_start_bounded CHECK ((appointment_head_start <= 60)),
    CONSTRAINT centre_minutes_plausible CHECK (((early_minutes <= 120) AND (grace_minutes <= 30) AND (last_minutes <= 240))),
    CONSTRAINT service_centre_centre_appointment_head_start_check CHECK ((appointment_head_start >= 0)),
    CONSTRAINT service_centre_centre_booking_days_check CHECK ((booking_days >= 0)),
    CONSTRAINT service_centre_centre_early_minutes_check CHECK ((early_minutes >= 0)),
    CONSTRAINT service_centre_centre_grace_minutes_check CHECK ((grace_minutes >= 0)),
    CONSTRAINT service_centre_centre_last_minutes_check CHECK ((last_minutes >= 0))
);

CREATE TABLE public.service_centre_counter (
    id uuid NOT NULL,
    number smallint NOT NULL,
    is_used boolean NOT NULL,
    since timestamp with time zone,
    centre_id uuid NOT NULL,
    officer_id uuid,
    CONSTRAINT counter_manned_wholly CHECK ((((officer_id IS NULL) AND (since IS NULL)) OR (is_used AND (officer_id IS NOT NULL) AND (since IS NOT NULL)))),
    CONSTRAINT counter_number_range CHECK (((number >= 1) AND (number <= 99))),
    CONSTRAINT service_centre_counter_number_check CHECK ((number >= 0))
);

CREATE TABLE public.service_centre_counter_services (
    id bigint NOT NULL,
    counter_id uuid NOT NULL,
    service_id uuid NOT NULL
);

ALTER TABLE public.service_centre_counter_services ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.service_centre_counter_services_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.service_centre_device (
    id uuid NOT NULL,
    kind character varying(6) NOT NULL,
    name character varying(80) NOT NULL,
    code_digest character varying(64) NOT NULL,
    code_until timestamp with time zone,
    digest character varying(64),
    paired_at timestamp with time zone,
    seen_at timestamp with time zone,
    ended_at timestamp with time zone,
    centre_id uuid NOT NULL,
    counter_id uuid,
    CONSTRAINT device_kind_known CHECK (((kind)::text = ANY ((ARRAY['kiosk'::character varying, 'board'::character varying, 'tablet'::character varying])::text[]))),
    CONSTRAINT device_paired_wholly CHECK ((((digest IS NULL) AND (paired_at IS NULL)) OR ((digest IS NOT NULL) AND (paired_at IS NOT NULL)))),
    CONSTRAINT device_tablet_at_counter CHECK ((((counter_id IS NOT NULL) AND ((kind)::text = 'tablet'::text)) OR ((NOT ((kind)::text = 'tablet'::text)) AND (counter_id IS NULL))))
);

CREATE TABLE public.service_centre_prioritygroup (
    id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    code character varying(30) NOT NULL,
    name character varying(120) NOT NULL,
    head_start smallint NOT NULL,
    basis character varying(200) NOT NULL,
    CONSTRAINT priority_bounded CHECK (((head_start >= 1) AND (head_start <= 60))),
    CONSTRAINT priority_validity CHECK (((valid_to IS NULL) OR (valid_to > valid_from))),
    CONSTRAINT service_centre_prioritygroup_head_start_check CHECK ((head_start >= 0))
);

CREATE TABLE public.service_centre_service (
    id uuid NOT NULL,
    prefix character varying(2) NOT NULL,
    name character varying(120) NOT NULL,
    minutes smallint NOT NULL,
    "position" smallint NOT NULL,
    is_offered boolean NOT NULL,
    paused_because character varying(200) NOT NULL,
    centre_id uuid NOT NULL,
    slot_minutes smallint NOT NULL,
    slot_places smallint NOT NULL,
    CONSTRAINT service_centre_service_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT service_centre_service_position_check CHECK (("position" >= 0)),
    CONSTRAINT service_centre_service_slot_minutes_check CHECK ((slot_minutes >= 0)),
    CONSTRAINT service_centre_service_slot_places_check CHECK ((slot_places >= 0)),
    CONSTRAINT service_minutes_plausible CHECK (((minutes >= 1) AND (minutes <= 240))),
    CONSTRAINT service_prefix_letters CHECK (((prefix)::text ~ '^[A-Z]{1,2}$'::text)),
    CONSTRAINT service_slot_places CHECK (((slot_places >= 1) AND (slot_places <= 50))),
    CONSTRAINT service_slot_plausible CHECK (((slot_minutes = 0) OR ((slot_minutes >= 5) AND (slot_minutes <= 240))))
);

CREATE TABLE public.service_centre_specialday (
    id uuid NOT NULL,
    date date NOT NULL,
    intervals jsonb NOT NULL,
    reason character varying(200) NOT NULL,
    centre_id uuid NOT NULL
);

CREATE TABLE public.service_centre_ticket (
    id uuid NOT NULL,
    day date NOT NULL,
    number character varying(20) NOT NULL,
    channel character varying(10) NOT NULL,
    state character varying(8) NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    rank_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone NOT NULL,
    estimated_minutes smallint,
    calls smallint NOT NULL,
    called_at timestamp with time zone,
    taken_at timestamp with time zone,
    announced_at timestamp with time zone,
    ended_at timestamp with time zone,
    centre_id uuid NOT NULL,
    counter_id uuid,
    officer_id uuid,
    priority_id uuid,
    service_id uuid NOT NULL,
    CONSTRAINT service_centre_ticket_calls_check CHECK ((calls >= 0)),
    CONSTRAINT service_centre_ticket_estimated_minutes_check CHECK ((estimated_minutes >= 0)),
    CONSTRAINT ticket_called_wholly CHECK (((NOT ((state)::text = 'called'::text)) OR ((announced_at IS NOT NULL) AND (called_at IS NOT NULL) AND (calls >= 1) AND (counter_id IS NOT NULL) AND (officer_id IS NOT NULL) AND (taken_at IS NOT NULL)))),
    CONSTRAINT ticket_choices_known CHECK ((((state)::text = ANY ((ARRAY['waiting'::character varying, 'called'::character varying, 'finished'::character varying, 'missed'::character varying, 'lapsed'::character varying])::text[])) AND ((channel)::text = ANY ((ARRAY['kiosk'::character varying, 'reception'::character varying, 'booking'::character varying])::text[])))),
    CONSTRAINT ticket_ended_with_time CHECK ((((ended_at IS NULL) AND ((state)::text = ANY ((ARRAY['waiting'::character varying, 'called'::character varying])::text[]))) OR ((ended_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['finished'::character varying, 'missed'::character varying, 'lapsed'::character varying])::text[]))))),
    CONSTRAINT ticket_waiting_nowhere CHECK (((NOT ((state)::text = 'waiting'::text)) OR ((counter_id IS NULL) AND (officer_id IS NULL))))
);

CREATE TABLE public.signing_earlierfiles (
    id smallint NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    reached uuid,
    judged integer NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT signing_earlier_files_once CHECK ((id = 1)),
    CONSTRAINT signing_earlierfiles_id_check CHECK ((id >= 0)),
    CONSTRAINT signing_earlierfiles_judged_check CHECK ((judged >= 0))
);

CREATE TABLE public.signing_filecheck (
    digest character varying(64) NOT NULL,
    verdicts jsonb NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    authorities character varying(64)[] DEFAULT '{}'::character varying(64)[] NOT NULL,
    due_at timestamp with time zone,
    signers character varying(140)[] DEFAULT '{}'::character varying(140)[] NOT NULL,
    tried_at timestamp with time zone,
    CONSTRAINT file_check_of_sha256 CHECK (((digest)::text ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.signing_partnerdocument (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    file_id uuid NOT NULL,
    request_id uuid NOT NULL,
    CONSTRAINT signing_partnerdocument_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.signing_partnerrequest (
    id uuid NOT NULL,
    service character varying(80) NOT NULL,
    own_key uuid NOT NULL,
    items jsonb NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    withdrawn boolean NOT NULL,
    certificate_id uuid NOT NULL,
    transaction_id uuid,
    size integer DEFAULT 0 NOT NULL,
    CONSTRAINT signing_partner_request_one_end CHECK (((ended_at IS NULL) OR (transaction_id IS NULL))),
    CONSTRAINT signing_partnerrequest_size_check CHECK ((size >= 0))
);

CREATE TABLE public.signing_revocationstatement (
    id uuid NOT NULL,
    issuer character varying(64) NOT NULL,
    issuer_der bytea NOT NULL,
    serial character varying(64) NOT NULL,
    url character varying(500) NOT NULL,
    der bytea,
    this_update timestamp with time zone,
    next_update timestamp with time zone,
    fetched_at timestamp with time zone,
    used_at timestamp with time zone NOT NULL,
    failures smallint NOT NULL,
    retry_at timestamp with time zone,
    last_error character varying(200) NOT NULL,
    CONSTRAINT revocation_statement_dated CHECK ((((der IS NULL) AND (next_update IS NULL) AND (this_update IS NULL)) OR ((der IS NOT NULL) AND (this_update < next_update)))),
    CONSTRAINT signing_revocationstatement_failures_check CHECK ((failures >= 0))
);

CREATE TABLE public.signing_servicestanding (
    provider character varying(40) NOT NULL,
    failures integer NOT NULL,
    failing_since timestamp with time zone,
    rests_until timestamp with time zone,
    last_error character varying(200) NOT NULL,
    CONSTRAINT signing_service_standing CHECK ((((failing_since IS NULL) AND (failures = 0) AND (rests_until IS NULL)) OR ((failing_since IS NOT NULL) AND (failures > 0)))),
    CONSTRAINT signing_servicestanding_failures_check CHECK ((failures >= 0))
);

CREATE TABLE public.signing_signedfile (
    id uuid NOT NULL,
    subject character varying(120) NOT NULL,
    level character varying(5) NOT NULL,
    wanted character varying(5) NOT NULL,
    state character varying(7) NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    tries integer NOT NULL,
    last_error character varying(300) NOT NULL,
    reached_at timestamp with time zone,
    file_id uuid NOT NULL,
    CONSTRAINT signed_file_state_explained CHECK (((((state)::text = 'waiting'::text) AND (due_at IS NOT NULL)) OR (((state)::text = 'reached'::text) AND (reached_at IS NOT NULL)) OR (((state)::text = 'failed'::text) AND (due_at IS NULL) AND (NOT ((last_error)::text = ''::text))))),
    CONSTRAINT signing_signedfile_tries_check CHECK ((tries >= 0))
);

CREATE TABLE public.signing_signedversion (
    id bigint NOT NULL,
    digest character varying(64) NOT NULL,
    size bigint NOT NULL,
    level character varying(5) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    file_id uuid NOT NULL,
    CONSTRAINT signing_signedversion_size_check CHECK ((size >= 0))
);

ALTER TABLE public.signing_signedversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.signing_signedversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.signing_signingcertificate (
    id uuid NOT NULL,
    holder_kind character varying(7) NOT NULL,
    holder_id uuid NOT NULL,
    provider character varying(40) NOT NULL,
    key_reference character varying(200) NOT NULL,
    demonstration boolean NOT NULL,
    der bytea NOT NULL,
    chain bytea NOT NULL,
    fingerprint character varying(64) NOT NULL,
    subject character varying(300) NOT NULL,
    issuer character varying(300) NOT NULL,
    serial character varying(64) NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    means_id uuid NOT NULL,
    revoked_at timestamp with time zone,
    text_fold text DEFAULT ''::text NOT NULL,
    warned_days smallint,
    suspended_at timestamp with time zone,
    holder_check character varying(7) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT signing_certificate_holder_known CHECK (((holder_kind)::text = ANY ((ARRAY['officer'::character varying, 'office'::character varying, 'citizen'::character varying, 'company'::character varying])::text[]))),
    CONSTRAINT signing_certificate_revoked_signs_nothing CHECK (((revoked_at IS NULL) OR (withdrawn_at IS NOT NULL))),
    CONSTRAINT signing_certificate_validity CHECK ((valid_from < valid_to)),
    CONSTRAINT signing_signingcertificate_warned_days_check CHECK ((warned_days >= 0))
);

CREATE TABLE public.signing_signingdocument (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    subject character varying(120) NOT NULL,
    title character varying(300) NOT NULL,
    prepared bytea,
    document_digest bytea NOT NULL,
    attributes bytea NOT NULL,
    hole_start bigint NOT NULL,
    hole_end bigint NOT NULL,
    signed bytea,
    transaction_id uuid NOT NULL,
    format character varying(6) NOT NULL,
    reference character varying(120) NOT NULL,
    field character varying(60) DEFAULT ''::character varying NOT NULL,
    late bytea,
    CONSTRAINT signing_document_has_room CHECK ((hole_start < hole_end)),
    CONSTRAINT signing_document_prepared_or_signed CHECK (((prepared IS NULL) OR (signed IS NULL))),
    CONSTRAINT signing_signingdocument_hole_end_check CHECK ((hole_end >= 0)),
    CONSTRAINT signing_signingdocument_hole_start_check CHECK ((hole_start >= 0)),
    CONSTRAINT signing_signingdocument_position_check CHECK (("position" >= 0))
);
ALTER TABLE ONLY public.signing_signingdocument ALTER COLUMN prepared SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.signing_signingdocument ALTER COLUMN signed SET STORAGE EXTERNAL;

CREATE TABLE public.signing_signingmeans (
    id uuid NOT NULL,
    holder_kind character varying(7) NOT NULL,
    holder_id uuid NOT NULL,
    provider character varying(40) NOT NULL,
    label character varying(120) NOT NULL,
    "values" jsonb NOT NULL,
    secrets bytea NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    registered_by uuid,
    withdrawn_at timestamp with time zone,
    vouched boolean DEFAULT false NOT NULL,
    CONSTRAINT signing_means_holder_known CHECK (((holder_kind)::text = ANY ((ARRAY['officer'::character varying, 'office'::character varying, 'citizen'::character varying, 'company'::character varying])::text[])))
);

CREATE TABLE public.signing_signingpicture (
    id uuid NOT NULL,
    holder_kind character varying(7) NOT NULL,
    holder_id uuid NOT NULL,
    png bytea NOT NULL,
    digest character varying(64) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid,
    ended_at timestamp with time zone,
    CONSTRAINT signing_picture_holder_known CHECK (((holder_kind)::text = ANY ((ARRAY['officer'::character varying, 'office'::character varying])::text[])))
);

CREATE TABLE public.signing_signingpolicy (
    id uuid NOT NULL,
    level character varying(10) NOT NULL,
    kinds jsonb NOT NULL,
    lasting character varying(5) NOT NULL,
    valid_from date NOT NULL,
    source character varying(300) NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT signing_policy_level_known CHECK (((level)::text = ANY ((ARRAY['initials'::character varying, 'decision'::character varying, 'seal'::character varying, 'copy'::character varying, 'applicant'::character varying])::text[])))
);

CREATE TABLE public.signing_signingtransaction (
    id uuid NOT NULL,
    state character varying(9) NOT NULL,
    provider_reference character varying(200) NOT NULL,
    detail character varying(500) NOT NULL,
    started_by uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    certificate_id uuid NOT NULL,
    fault character varying(20) NOT NULL,
    level character varying(10) NOT NULL,
    asked_at timestamp with time zone,
    late_at timestamp with time zone,
    watched_until timestamp with time zone,
    CONSTRAINT signing_transaction_finished_when_final CHECK ((((finished_at IS NULL) AND ((state)::text = 'waiting'::text)) OR (((state)::text = ANY ((ARRAY['signed'::character varying, 'refused'::character varying, 'expired'::character varying, 'cancelled'::character varying, 'failed'::character varying])::text[])) AND (finished_at IS NOT NULL)))),
    CONSTRAINT signing_transaction_late_after_its_end CHECK ((((late_at IS NULL) AND (watched_until IS NULL)) OR (NOT ((state)::text = ANY ((ARRAY['waiting'::character varying, 'signed'::character varying])::text[])))))
);

CREATE TABLE public.signing_suspension (
    id bigint NOT NULL,
    issuer character varying(64) NOT NULL,
    serial character varying(64) NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    said_at timestamp with time zone NOT NULL
);

ALTER TABLE public.signing_suspension ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.signing_suspension_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.signing_trustanchor (
    id uuid NOT NULL,
    der bytea NOT NULL,
    fingerprint character varying(64) NOT NULL,
    subject character varying(300) NOT NULL,
    demonstration boolean NOT NULL,
    added_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    source character varying(300) DEFAULT ''::character varying NOT NULL
);

CREATE TABLE public.tasks_extension (
    id uuid NOT NULL,
    state character varying(8) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    was_due_on date NOT NULL,
    until date NOT NULL,
    reason text NOT NULL,
    answer text NOT NULL,
    answered_at timestamp with time zone,
    answered_by_id uuid,
    asked_by_id uuid NOT NULL,
    task_id uuid NOT NULL,
    CONSTRAINT extension_answered_with_state CHECK ((((answered_at IS NULL) AND ((state)::text = 'asked'::text)) OR ((NOT ((state)::text = 'asked'::text)) AND (answered_at IS NOT NULL))))
);

CREATE TABLE public.tasks_involved (
    id uuid NOT NULL,
    part character varying(8) NOT NULL,
    report text NOT NULL,
    done_at timestamp with time zone,
    done_by_id uuid,
    office_id uuid NOT NULL,
    officer_id uuid,
    task_id uuid NOT NULL,
    CONSTRAINT involved_done CHECK ((((done_at IS NULL) AND (done_by_id IS NULL) AND (report = ''::text)) OR ((done_by_id IS NOT NULL) AND ((part)::text = 'supports'::text))))
);

CREATE TABLE public.tasks_report (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    at timestamp with time zone NOT NULL,
    percent smallint,
    text text NOT NULL,
    by_id uuid NOT NULL,
    office_id uuid NOT NULL,
    task_id uuid NOT NULL,
    CONSTRAINT task_report_percent CHECK (((percent IS NULL) OR (percent <= 100))),
    CONSTRAINT tasks_report_percent_check CHECK ((percent >= 0))
);

CREATE TABLE public.tasks_reportfile (
    id uuid NOT NULL,
    file_id uuid NOT NULL,
    report_id uuid NOT NULL
);

CREATE TABLE public.tasks_task (
    id uuid NOT NULL,
    code character varying(20) NOT NULL,
    subject character varying(300) NOT NULL,
    instruction text NOT NULL,
    state character varying(9) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    source character varying(8) NOT NULL,
    meeting character varying(300) NOT NULL,
    concluded_on date,
    depth smallint NOT NULL,
    limit_days smallint,
    due_on date,
    due_at timestamp with time zone,
    soon_at timestamp with time zone,
    sort_due timestamp with time zone NOT NULL,
    percent smallint NOT NULL,
    submitted_at timestamp with time zone,
    closed_at timestamp with time zone,
    reason text NOT NULL,
    warned character varying(4) NOT NULL,
    document_id uuid,
    given_by_id uuid NOT NULL,
    leader_id uuid NOT NULL,
    office_id uuid NOT NULL,
    officer_id uuid,
    parent_id uuid,
    root_id uuid,
    unit_id uuid NOT NULL,
    CONSTRAINT task_closed_with_state CHECK ((((closed_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['accepted'::character varying, 'withdrawn'::character varying])::text[]))) OR ((NOT ((state)::text = ANY ((ARRAY['accepted'::character varying, 'withdrawn'::character varying])::text[]))) AND (closed_at IS NULL)))),
    CONSTRAINT task_depth CHECK ((((depth = 0) AND (parent_id IS NULL) AND (root_id IS NULL)) OR ((depth >= 1) AND (depth <= 3) AND (parent_id IS NOT NULL) AND (root_id IS NOT NULL)))),
    CONSTRAINT task_due CHECK ((((due_at IS NULL) AND (due_on IS NULL) AND (limit_days IS NULL) AND (soon_at IS NULL) AND (sort_due = '9000-01-01 00:00:00+00'::timestamp with time zone)) OR ((due_at IS NOT NULL) AND (due_on IS NOT NULL) AND (soon_at IS NOT NULL) AND (sort_due = due_at)))),
    CONSTRAINT task_has_officer CHECK ((((state)::text = ANY ((ARRAY['ordered'::character varying, 'returned'::character varying, 'withdrawn'::character varying])::text[])) OR (officer_id IS NOT NULL))),
    CONSTRAINT task_not_own_parent CHECK (((parent_id IS NULL) OR (NOT ((parent_id = id) AND (parent_id IS NOT NULL))))),
    CONSTRAINT task_percent CHECK ((percent <= 100)),
    CONSTRAINT task_source CHECK ((((concluded_on IS NULL) AND (document_id IS NOT NULL) AND ((meeting)::text = ''::text) AND ((source)::text = 'document'::text)) OR ((concluded_on IS NOT NULL) AND (document_id IS NULL) AND ((source)::text = 'meeting'::text) AND (NOT ((meeting)::text = ''::text))) OR ((concluded_on IS NULL) AND (document_id IS NULL) AND ((meeting)::text = ''::text) AND ((source)::text = 'alone'::text)))),
    CONSTRAINT task_submitted_with_state CHECK ((((state)::text = 'withdrawn'::text) OR (((state)::text = ANY ((ARRAY['submitted'::character varying, 'accepted'::character varying])::text[])) AND (submitted_at IS NOT NULL)) OR (((state)::text = ANY ((ARRAY['doing'::character varying, 'ordered'::character varying, 'reported'::character varying, 'returned'::character varying])::text[])) AND (submitted_at IS NULL)))),
    CONSTRAINT tasks_task_depth_check CHECK ((depth >= 0)),
    CONSTRAINT tasks_task_limit_days_check CHECK ((limit_days >= 0)),
    CONSTRAINT tasks_task_percent_check CHECK ((percent >= 0))
);

CREATE TABLE public.vault_keptpaper (
    id uuid NOT NULL,
    origin character varying(6) NOT NULL,
    assurance character varying(9) NOT NULL,
    state character varying(7) NOT NULL,
    kind_code character varying(60) NOT NULL,
    paper_code character varying(40) NOT NULL,
    name character varying(1000) NOT NULL,
    name_fold character varying(1000) NOT NULL,
    issuer character varying(300) NOT NULL,
    number character varying(60) NOT NULL,
    issued_on date,
    valid_from date,
    valid_to date,
    form character varying(10) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_reason character varying(500) NOT NULL,
    removed_at timestamp with time zone,
    added_by_id uuid,
    dossier_id uuid,
    file_id uuid,
    owner_id uuid NOT NULL,
    paper_id uuid,
    procedure_id uuid,
    result_id uuid,
    CONSTRAINT kept_paper_has_file_until_removed CHECK ((((file_id IS NULL) AND (removed_at IS NOT NULL) AND ((state)::text = 'removed'::text)) OR ((NOT ((state)::text = 'removed'::text)) AND (file_id IS NOT NULL) AND (removed_at IS NULL)))),
    CONSTRAINT kept_paper_own_is_declared CHECK ((((added_by_id IS NOT NULL) AND ((assurance)::text = 'declared'::text) AND ((origin)::text = 'own'::text)) OR ((NOT ((origin)::text = 'own'::text)) AND (NOT ((assurance)::text = 'declared'::text))))),
    CONSTRAINT kept_paper_revoked_with_reason CHECK (((NOT ((state)::text = 'revoked'::text)) OR ((revoked_at IS NOT NULL) AND (NOT ((revoked_reason)::text = ''::text))))),
    CONSTRAINT kept_paper_validity CHECK (((valid_from IS NULL) OR (valid_to IS NULL) OR (valid_to >= valid_from)))
);

CREATE TABLE public.vault_opening (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    share_id uuid NOT NULL
);

CREATE TABLE public.vault_share (
    id uuid NOT NULL,
    recipient character varying(200) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    pin_hash character varying(128) NOT NULL,
    most_openings smallint,
    openings_count integer NOT NULL,
    wrong_pins smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    created_by_id uuid NOT NULL,
    kept_id uuid NOT NULL,
    CONSTRAINT share_expires_later CHECK ((expires_at > created_at)),
    CONSTRAINT share_opened_at_most CHECK (((most_openings IS NULL) OR (openings_count <= most_openings))),
    CONSTRAINT vault_share_most_openings_check CHECK ((most_openings >= 0)),
    CONSTRAINT vault_share_openings_count_check CHECK ((openings_count >= 0)),
    CONSTRAINT vault_share_wrong_pins_check CHECK ((wrong_pins >= 0))
);

CREATE TABLE public.web_idempotencykey (
    id uuid NOT NULL,
    principal character varying(100) NOT NULL,
    key character varying(255) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    status smallint,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT web_idempotencykey_status_check CHECK ((status >= 0))
);

CREATE UNLOGGED TABLE public.web_ratecounter (
    key bytea NOT NULL,
    window_start timestamp with time zone NOT NULL,
    hits integer NOT NULL,
    CONSTRAINT web_ratecounter_hits_check CHECK ((hits >= 0))
);

CREATE TABLE public.webhooks_delivery (
    id uuid NOT NULL,
    state character varying(9) NOT NULL,
    attempts smallint NOT NULL,
    status smallint,
    error character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    delivered_at timestamp with time zone,
    event_id bigint NOT NULL,
    webhook_id uuid NOT NULL,
    CONSTRAINT delivery_delivered_with_time CHECK ((((delivered_at IS NOT NULL) AND ((state)::text = 'delivered'::text)) OR ((NOT ((state)::text = 'delivered'::text)) AND (delivered_at IS NULL)))),
    CONSTRAINT webhooks_delivery_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT webhooks_delivery_status_check CHECK ((status >= 0))
);

CREATE TABLE public.webhooks_webhook (
    id uuid NOT NULL,
    service character varying(80) NOT NULL,
    url character varying(500) NOT NULL,
    kinds character varying(80)[] NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    account_id uuid,
    CONSTRAINT webhook_of_account_or_service CHECK ((((account_id IS NOT NULL) AND ((service)::text = ''::text)) OR ((account_id IS NULL) AND (NOT ((service)::text = ''::text)))))
);

CREATE TABLE public.worktime_calendarday (
    id uuid NOT NULL,
    date date NOT NULL,
    kind character varying(12) NOT NULL,
    name character varying(120) NOT NULL,
    office_id uuid,
    calendar_year_id uuid NOT NULL,
    CONSTRAINT calendar_day_kind_known CHECK (((kind)::text = ANY ((ARRAY['holiday'::character varying, 'compensatory'::character varying, 'swapped_off'::character varying, 'make_up'::character varying, 'local'::character varying])::text[]))),
    CONSTRAINT calendar_day_office_local CHECK (((office_id IS NULL) OR ((kind)::text = ANY ((ARRAY['local'::character varying, 'make_up'::character varying])::text[]))))
);

CREATE TABLE public.worktime_calendarversion (
    number bigint NOT NULL,
    reason character varying(200) NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamp with time zone NOT NULL
);

ALTER TABLE public.worktime_calendarversion ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.worktime_calendarversion_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.worktime_calendaryear (
    id uuid NOT NULL,
    year smallint NOT NULL,
    revision smallint NOT NULL,
    state character varying(10) NOT NULL,
    drafted_by uuid NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    approved_by uuid,
    approved_at timestamp with time zone,
    version_id bigint,
    CONSTRAINT calendar_year_approved_by_someone CHECK ((((approved_at IS NULL) AND (approved_by IS NULL) AND ((state)::text = 'draft'::text) AND (version_id IS NULL)) OR ((approved_at IS NOT NULL) AND (approved_by IS NOT NULL) AND ((state)::text = ANY ((ARRAY['approved'::character varying, 'replaced'::character varying])::text[])) AND (version_id IS NOT NULL)))),
    CONSTRAINT calendar_year_plausible CHECK (((year >= 2000) AND (year <= 2200))),
    CONSTRAINT worktime_calendaryear_revision_check CHECK ((revision >= 0)),
    CONSTRAINT worktime_calendaryear_year_check CHECK ((year >= 0))
);

CREATE TABLE public.worktime_workinghours (
    id uuid NOT NULL,
    office_id uuid,
    weekday smallint NOT NULL,
    intervals jsonb NOT NULL,
    valid_from date NOT NULL,
    CONSTRAINT working_hours_weekday CHECK (((weekday >= 0) AND (weekday <= 6))),
    CONSTRAINT worktime_workinghours_weekday_check CHECK ((weekday >= 0))
);

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

ALTER TABLE ONLY public.exchange_account
    ADD CONSTRAINT account_of_agency_once UNIQUE (channel_id, code);

ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_account
    ADD CONSTRAINT accounts_account_username_key UNIQUE (username);

ALTER TABLE ONLY public.accounts_apitoken
    ADD CONSTRAINT accounts_apitoken_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.accounts_apitoken
    ADD CONSTRAINT accounts_apitoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_externalidentity
    ADD CONSTRAINT accounts_externalidentity_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_factor
    ADD CONSTRAINT accounts_factor_credential_id_key UNIQUE (credential_id);

ALTER TABLE ONLY public.accounts_factor
    ADD CONSTRAINT accounts_factor_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_factorreset
    ADD CONSTRAINT accounts_factorreset_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_keptform
    ADD CONSTRAINT accounts_keptform_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.accounts_keptform
    ADD CONSTRAINT accounts_keptform_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_recoverycode
    ADD CONSTRAINT accounts_recoverycode_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_session
    ADD CONSTRAINT accounts_session_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.accounts_signinpolicy
    ADD CONSTRAINT accounts_signinpolicy_pkey PRIMARY KEY (kind);

ALTER TABLE ONLY public.accounts_startcode
    ADD CONSTRAINT accounts_startcode_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_appraisedfile
    ADD CONSTRAINT appraised_file_once UNIQUE (appraisal_id, file_id);

ALTER TABLE ONLY public.national_portal_arrival
    ADD CONSTRAINT arrival_said_once UNIQUE (code, digest);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_ballot
    ADD CONSTRAINT ballot_once UNIQUE (member_id, row_id);

ALTER TABLE ONLY public.batches_line
    ADD CONSTRAINT batch_line_once UNIQUE (batch_id, "row");

ALTER TABLE ONLY public.batches_batch
    ADD CONSTRAINT batches_batch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.batches_line
    ADD CONSTRAINT batches_line_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.batches_sharedpaper
    ADD CONSTRAINT batches_sharedpaper_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.blobs_blob
    ADD CONSTRAINT blobs_blob_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.blobs_storedfile
    ADD CONSTRAINT blobs_storedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.worktime_calendarday
    ADD CONSTRAINT calendar_day_once UNIQUE NULLS NOT DISTINCT (calendar_year_id, date, office_id);

ALTER TABLE ONLY public.worktime_calendaryear
    ADD CONSTRAINT calendar_year_revision_once UNIQUE (year, revision);

ALTER TABLE ONLY public.connectors_call
    ADD CONSTRAINT call_once UNIQUE (consumer, key);

ALTER TABLE ONLY public.procedures_case
    ADD CONSTRAINT case_code_once UNIQUE (version_id, code);

ALTER TABLE ONLY public.procedures_casepaper
    ADD CONSTRAINT case_paper_once UNIQUE (case_id, code);

ALTER TABLE ONLY public.procedures_case
    ADD CONSTRAINT case_position_once UNIQUE (version_id, "position");

ALTER TABLE ONLY public.procedures_caseterms
    ADD CONSTRAINT case_terms_position_once UNIQUE (version_id, "position");

ALTER TABLE ONLY public.citizens_party
    ADD CONSTRAINT citizens_party_account_id_key UNIQUE (account_id);

ALTER TABLE ONLY public.citizens_party
    ADD CONSTRAINT citizens_party_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.citizens_representation
    ADD CONSTRAINT citizens_representation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_coapplicant
    ADD CONSTRAINT co_applicant_once UNIQUE (draft_id, party_id);

ALTER TABLE ONLY public.payments_collectingaccount
    ADD CONSTRAINT collecting_account_once_a_day UNIQUE (office_id, valid_from);

ALTER TABLE ONLY public.connectors_call
    ADD CONSTRAINT connectors_call_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connectors_consent
    ADD CONSTRAINT connectors_consent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connectors_description
    ADD CONSTRAINT connectors_description_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connectors_linesystem
    ADD CONSTRAINT connectors_linesystem_code_key UNIQUE (code);

ALTER TABLE ONLY public.connectors_linesystem
    ADD CONSTRAINT connectors_linesystem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_arrivalstamp
    ADD CONSTRAINT correspondence_arrivalstamp_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_assignment
    ADD CONSTRAINT correspondence_assignment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_delivery_also
    ADD CONSTRAINT correspondence_delivery__delivery_id_incomingdocu_51729f90_uniq UNIQUE (delivery_id, incomingdocument_id);

ALTER TABLE ONLY public.correspondence_delivery_also
    ADD CONSTRAINT correspondence_delivery_also_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_delivery
    ADD CONSTRAINT correspondence_delivery_document_id_key UNIQUE (document_id);

ALTER TABLE ONLY public.correspondence_delivery
    ADD CONSTRAINT correspondence_delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_documentcopy
    ADD CONSTRAINT correspondence_documentcopy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_draftversion
    ADD CONSTRAINT correspondence_draftversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_filetext
    ADD CONSTRAINT correspondence_filetext_pkey PRIMARY KEY (blob_id);

ALTER TABLE ONLY public.correspondence_incomingdocument
    ADD CONSTRAINT correspondence_incomingdocument_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_incomingfile
    ADD CONSTRAINT correspondence_incomingfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_opinion
    ADD CONSTRAINT correspondence_opinion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_outgoingannex
    ADD CONSTRAINT correspondence_outgoingannex_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_outgoingdocument
    ADD CONSTRAINT correspondence_outgoingdocument_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_outgoingsigning
    ADD CONSTRAINT correspondence_outgoingsigning_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_recipient
    ADD CONSTRAINT correspondence_recipient_arrived_id_key UNIQUE (arrived_id);

ALTER TABLE ONLY public.correspondence_recipient
    ADD CONSTRAINT correspondence_recipient_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_reservednumber
    ADD CONSTRAINT correspondence_reservednumber_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_reservednumber
    ADD CONSTRAINT correspondence_reservednumber_used_by_id_key UNIQUE (used_by_id);

ALTER TABLE ONLY public.correspondence_savedsearch
    ADD CONSTRAINT correspondence_savedsearch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_scanstack
    ADD CONSTRAINT correspondence_scanstack_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_searchentry
    ADD CONSTRAINT correspondence_searchentry_pkey PRIMARY KEY (document);

ALTER TABLE ONLY public.correspondence_stackpart
    ADD CONSTRAINT correspondence_stackpart_document_id_key UNIQUE (document_id);

ALTER TABLE ONLY public.correspondence_stackpart
    ADD CONSTRAINT correspondence_stackpart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_councilmember
    ADD CONSTRAINT council_member_once UNIQUE (appraisal_id, officer_id);

ALTER TABLE ONLY public.service_centre_counter
    ADD CONSTRAINT counter_number_once UNIQUE (centre_id, number);

ALTER TABLE ONLY public.service_centre_counter
    ADD CONSTRAINT counter_one_of_officer UNIQUE (officer_id);

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT delivery_once UNIQUE (webhook_id, event_id);

ALTER TABLE ONLY public.connectors_description
    ADD CONSTRAINT description_number_once UNIQUE (system_id, number);

ALTER TABLE ONLY public.diary_appointment
    ADD CONSTRAINT diary_appointment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.diary_attendee
    ADD CONSTRAINT diary_attendee_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.diary_calendarlink
    ADD CONSTRAINT diary_calendarlink_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.diary_calendarlink
    ADD CONSTRAINT diary_calendarlink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.diary_meetingroom
    ADD CONSTRAINT diary_meetingroom_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.diary_meetingroom
    ADD CONSTRAINT diary_room_named_once UNIQUE (office_id, name);

ALTER TABLE ONLY public.diary_appointment
    ADD CONSTRAINT diary_room_once EXCLUDE USING gist (public.diary_keyrange(room_id, room_id, '[]'::text) WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (((room_id IS NOT NULL) AND ((state)::text = 'published'::text)));

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossier_spawned_once UNIQUE (parent_token);

ALTER TABLE ONLY public.dossiers_applicationsigning
    ADD CONSTRAINT dossiers_applicationsigning_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_coapplicant
    ADD CONSTRAINT dossiers_coapplicant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_delta
    ADD CONSTRAINT dossiers_delta_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_code_key UNIQUE (code);

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_submission_number_key UNIQUE (submission_number);

ALTER TABLE ONLY public.dossiers_draft
    ADD CONSTRAINT dossiers_draft_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_draftfile
    ADD CONSTRAINT dossiers_draftfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_extension
    ADD CONSTRAINT dossiers_extension_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_feeline
    ADD CONSTRAINT dossiers_feeline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_figure
    ADD CONSTRAINT dossiers_figure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_incident
    ADD CONSTRAINT dossiers_incident_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_involvement
    ADD CONSTRAINT dossiers_involvement_pkey PRIMARY KEY (dossier_id, office_id);

ALTER TABLE ONLY public.dossiers_issuedform
    ADD CONSTRAINT dossiers_issuedform_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_message
    ADD CONSTRAINT dossiers_message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_messagefile
    ADD CONSTRAINT dossiers_messagefile_file_id_key UNIQUE (file_id);

ALTER TABLE ONLY public.dossiers_messagefile
    ADD CONSTRAINT dossiers_messagefile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_openedfrom
    ADD CONSTRAINT dossiers_openedfrom_dossier_id_key UNIQUE (dossier_id);

ALTER TABLE ONLY public.dossiers_openedfrom
    ADD CONSTRAINT dossiers_openedfrom_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_paper
    ADD CONSTRAINT dossiers_paper_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_pause
    ADD CONSTRAINT dossiers_pause_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_resultcopy
    ADD CONSTRAINT dossiers_resultcopy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT dossiers_resultdocument_document_id_key UNIQUE (document_id);

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT dossiers_resultdocument_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_resultsigning
    ADD CONSTRAINT dossiers_resultsigning_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_returnslip
    ADD CONSTRAINT dossiers_returnslip_dossier_id_key UNIQUE (dossier_id);

ALTER TABLE ONLY public.dossiers_returnslip
    ADD CONSTRAINT dossiers_returnslip_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_searchentry
    ADD CONSTRAINT dossiers_searchentry_pkey PRIMARY KEY (dossier_id);

ALTER TABLE ONLY public.dossiers_supplement
    ADD CONSTRAINT dossiers_supplement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_supplementproposal
    ADD CONSTRAINT dossiers_supplementproposal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_supplementproposal
    ADD CONSTRAINT dossiers_supplementproposal_supplement_id_key UNIQUE (supplement_id);

ALTER TABLE ONLY public.dossiers_timer
    ADD CONSTRAINT dossiers_timer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_workingpaper
    ADD CONSTRAINT dossiers_workingpaper_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_workitem
    ADD CONSTRAINT dossiers_workitem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_draftversion
    ADD CONSTRAINT draft_version_once UNIQUE (document_id, number);

ALTER TABLE ONLY public.editing_editedfile
    ADD CONSTRAINT edited_file_once UNIQUE (kind, subject);

ALTER TABLE ONLY public.editing_editedfile
    ADD CONSTRAINT editing_editedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.editing_sitting
    ADD CONSTRAINT editing_sitting_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.editions_edition
    ADD CONSTRAINT edition_number_once UNIQUE (kind, number);

ALTER TABLE ONLY public.editions_edition
    ADD CONSTRAINT edition_once_a_day UNIQUE (kind, valid_from);

ALTER TABLE ONLY public.editions_edition
    ADD CONSTRAINT editions_edition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_entry
    ADD CONSTRAINT entry_incoming_once UNIQUE (file_id, incoming_id);

ALTER TABLE ONLY public.records_entry
    ADD CONSTRAINT entry_outgoing_once UNIQUE (file_id, outgoing_id);

ALTER TABLE ONLY public.exchange_errand
    ADD CONSTRAINT errand_once UNIQUE (partner_id, is_served, own_key);

ALTER TABLE ONLY public.events_accessrecord
    ADD CONSTRAINT events_accessrecord_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.events_eventpayload
    ADD CONSTRAINT events_eventpayload_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.events_accessrecord
    ADD CONSTRAINT events_one_access_a_window UNIQUE (whose, who, subject, purpose, "window");

ALTER TABLE ONLY public.events_treetile
    ADD CONSTRAINT events_one_tile UNIQUE (level, index);

ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_one_version UNIQUE (stream, version);

ALTER TABLE ONLY public.events_skippedevent
    ADD CONSTRAINT events_skipped_once UNIQUE (subscriber, event_id);

ALTER TABLE ONLY public.events_skippedevent
    ADD CONSTRAINT events_skippedevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.events_streamhead
    ADD CONSTRAINT events_streamhead_pkey PRIMARY KEY (stream);

ALTER TABLE ONLY public.events_subscription
    ADD CONSTRAINT events_subscription_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.events_treehead
    ADD CONSTRAINT events_treehead_pkey PRIMARY KEY (size);

ALTER TABLE ONLY public.events_treekey
    ADD CONSTRAINT events_treekey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.events_treeleaf
    ADD CONSTRAINT events_treeleaf_event_id_key UNIQUE (event_id);

ALTER TABLE ONLY public.events_treeleaf
    ADD CONSTRAINT events_treeleaf_pkey PRIMARY KEY (index);

ALTER TABLE ONLY public.events_treetile
    ADD CONSTRAINT events_treetile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_account
    ADD CONSTRAINT exchange_account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_channel
    ADD CONSTRAINT exchange_channel_code_key UNIQUE (code);

ALTER TABLE ONLY public.exchange_channel
    ADD CONSTRAINT exchange_channel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_errand
    ADD CONSTRAINT exchange_errand_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_incoming
    ADD CONSTRAINT exchange_incoming_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_outgoing
    ADD CONSTRAINT exchange_outgoing_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_partner
    ADD CONSTRAINT exchange_partner_code_key UNIQUE (code);

ALTER TABLE ONLY public.exchange_partner
    ADD CONSTRAINT exchange_partner_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_refusal
    ADD CONSTRAINT exchange_refusal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossiers_extension
    ADD CONSTRAINT extension_numbered_once UNIQUE (dossier_id, number);

ALTER TABLE ONLY public.accounts_externalidentity
    ADD CONSTRAINT external_identity_once UNIQUE (provider, subject);

ALTER TABLE ONLY public.accounts_externalidentity
    ADD CONSTRAINT external_identity_one_of_provider UNIQUE (account_id, provider);

ALTER TABLE ONLY public.families_statement
    ADD CONSTRAINT families_statement_child_id_key UNIQUE (child_id);

ALTER TABLE ONLY public.families_statement
    ADD CONSTRAINT families_statement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.families_statement
    ADD CONSTRAINT families_statement_representation_id_key UNIQUE (representation_id);

ALTER TABLE ONLY public.procedures_feeitem
    ADD CONSTRAINT fee_item_once UNIQUE (terms_id, code);

ALTER TABLE ONLY public.dossiers_figure
    ADD CONSTRAINT figure_once UNIQUE (office_id, day, measure, procedure_id);

ALTER TABLE ONLY public.records_filelist
    ADD CONSTRAINT file_list_once UNIQUE (unit_id, year, office_id);

ALTER TABLE ONLY public.procedures_guideversion
    ADD CONSTRAINT guide_version_once UNIQUE (guide_id, number);

ALTER TABLE ONLY public.web_idempotencykey
    ADD CONSTRAINT idempotency_key_once UNIQUE (principal, key);

ALTER TABLE ONLY public.exchange_incoming
    ADD CONSTRAINT incoming_letter_once UNIQUE (partner_id, kind, message_id);

ALTER TABLE ONLY public.exchange_incoming
    ADD CONSTRAINT incoming_letter_said_once UNIQUE (partner_id, kind, digest);

ALTER TABLE ONLY public.correspondence_incomingdocument
    ADD CONSTRAINT incoming_number_once UNIQUE (office_id, year, number);

ALTER TABLE ONLY public.payments_incoming
    ADD CONSTRAINT incoming_taken_in_once UNIQUE (number, key);

ALTER TABLE ONLY public.records_listedfile
    ADD CONSTRAINT listed_file_notation_once UNIQUE (list_id, notation);

ALTER TABLE ONLY public.ratings_measure
    ADD CONSTRAINT measure_once UNIQUE NULLS NOT DISTINCT (subject, source, office_id, officer_id);

ALTER TABLE ONLY public.messaging_carriertoken
    ADD CONSTRAINT messaging_carriertoken_pkey PRIMARY KEY (carrier);

ALTER TABLE ONLY public.messaging_mail
    ADD CONSTRAINT messaging_mail_notice_id_key UNIQUE (notice_id);

ALTER TABLE ONLY public.messaging_mail
    ADD CONSTRAINT messaging_mail_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT messaging_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_noticetemplate
    ADD CONSTRAINT messaging_noticetemplate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_phonemessage
    ADD CONSTRAINT messaging_phonemessage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_preference
    ADD CONSTRAINT messaging_preference_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.national_portal_arrival
    ADD CONSTRAINT national_portal_arrival_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.national_portal_comparison
    ADD CONSTRAINT national_portal_comparison_day_key UNIQUE (day);

ALTER TABLE ONLY public.national_portal_comparison
    ADD CONSTRAINT national_portal_comparison_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.national_portal_exchange
    ADD CONSTRAINT national_portal_exchange_pkey PRIMARY KEY (dossier_id);

ALTER TABLE ONLY public.national_portal_link
    ADD CONSTRAINT national_portal_link_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.national_portal_monthlyreport
    ADD CONSTRAINT national_portal_monthlyreport_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT notice_once UNIQUE (recipient_id, key);

ALTER TABLE ONLY public.messaging_preference
    ADD CONSTRAINT notice_preference_once UNIQUE (account_id, "group");

ALTER TABLE ONLY public.messaging_noticetemplate
    ADD CONSTRAINT notice_template_once UNIQUE (kind, language);

ALTER TABLE ONLY public.officers_declaredrelative
    ADD CONSTRAINT officers_declaredrelative_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.officers_delegation
    ADD CONSTRAINT officers_delegation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.officers_officer
    ADD CONSTRAINT officers_officer_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.officers_officer
    ADD CONSTRAINT officers_officer_staff_number_key UNIQUE (staff_number);

ALTER TABLE ONLY public.officers_position
    ADD CONSTRAINT officers_position_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.officers_substitution
    ADD CONSTRAINT officers_substitution_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_opinion
    ADD CONSTRAINT opinion_once_a_round UNIQUE (document_id, round, officer_id);

ALTER TABLE ONLY public.payments_orderline
    ADD CONSTRAINT order_line_once UNIQUE (order_id, key);

ALTER TABLE ONLY public.organisations_administrativeunit
    ADD CONSTRAINT organisations_administrativeunit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organisations_office
    ADD CONSTRAINT organisations_office_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organisations_officecode
    ADD CONSTRAINT organisations_officecode_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organisations_officesuccession
    ADD CONSTRAINT organisations_officesuccession_old_id_key UNIQUE (old_id);

ALTER TABLE ONLY public.organisations_officesuccession
    ADD CONSTRAINT organisations_officesuccession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organisations_unitsuccession
    ADD CONSTRAINT organisations_unitsuccession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_outgoing
    ADD CONSTRAINT outgoing_letter_once UNIQUE (partner_id, kind, key);

ALTER TABLE ONLY public.correspondence_outgoingdocument
    ADD CONSTRAINT outgoing_number_once UNIQUE (office_id, series, year, number);

ALTER TABLE ONLY public.procedures_packagefile
    ADD CONSTRAINT package_file_once UNIQUE (version_id, path);

ALTER TABLE ONLY public.payments_attempt
    ADD CONSTRAINT payments_attempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_attempt
    ADD CONSTRAINT payments_attempt_reference_key UNIQUE (reference);

ALTER TABLE ONLY public.payments_bankfeed
    ADD CONSTRAINT payments_bankfeed_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_cashclosing
    ADD CONSTRAINT payments_cashclosing_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_collectingaccount
    ADD CONSTRAINT payments_collectingaccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_incoming
    ADD CONSTRAINT payments_incoming_order_id_key UNIQUE (order_id);

ALTER TABLE ONLY public.payments_incoming
    ADD CONSTRAINT payments_incoming_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_order
    ADD CONSTRAINT payments_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_orderline
    ADD CONSTRAINT payments_orderline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_payable
    ADD CONSTRAINT payments_payable_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_payable
    ADD CONSTRAINT payments_payable_reference_key UNIQUE (reference);

ALTER TABLE ONLY public.payments_payable
    ADD CONSTRAINT payments_payable_subject_key UNIQUE (subject);

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_replaces_id_key UNIQUE (replaces_id);

ALTER TABLE ONLY public.payments_receiptbook
    ADD CONSTRAINT payments_receiptbook_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_statement
    ADD CONSTRAINT payments_statement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.petitions_entry
    ADD CONSTRAINT petitions_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.petitions_petition
    ADD CONSTRAINT petitions_petition_code_key UNIQUE (code);

ALTER TABLE ONLY public.petitions_petition
    ADD CONSTRAINT petitions_petition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.petitions_petitioner
    ADD CONSTRAINT petitions_petitioner_petition_id_key UNIQUE (petition_id);

ALTER TABLE ONLY public.petitions_petitioner
    ADD CONSTRAINT petitions_petitioner_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.petitions_photo
    ADD CONSTRAINT petitions_photo_file_id_key UNIQUE (file_id);

ALTER TABLE ONLY public.petitions_photo
    ADD CONSTRAINT petitions_photo_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_phonemessage
    ADD CONSTRAINT phone_message_once UNIQUE (notice_id, carrier);

ALTER TABLE ONLY public.records_pinnedfile
    ADD CONSTRAINT pinned_file_place_once UNIQUE (entry_id, "position");

ALTER TABLE ONLY public.procedures_procedureversion
    ADD CONSTRAINT procedure_version_once UNIQUE (procedure_id, number);

ALTER TABLE ONLY public.procedures_case
    ADD CONSTRAINT procedures_case_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures_casepaper
    ADD CONSTRAINT procedures_casepaper_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures_caseterms
    ADD CONSTRAINT procedures_caseterms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures_feeitem
    ADD CONSTRAINT procedures_feeitem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures_guide
    ADD CONSTRAINT procedures_guide_code_key UNIQUE (code);

ALTER TABLE ONLY public.procedures_guide
    ADD CONSTRAINT procedures_guide_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures_guideversion
    ADD CONSTRAINT procedures_guideversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures_packagefile
    ADD CONSTRAINT procedures_packagefile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures_procedure
    ADD CONSTRAINT procedures_procedure_code_key UNIQUE (code);

ALTER TABLE ONLY public.procedures_procedure
    ADD CONSTRAINT procedures_procedure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures_procedureversion
    ADD CONSTRAINT procedures_procedureversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures_searchentry
    ADD CONSTRAINT procedures_searchentry_pkey PRIMARY KEY (procedure_id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ratings_share
    ADD CONSTRAINT rating_share_once UNIQUE (invitation_id, office_id, officer_id);

ALTER TABLE ONLY public.ratings_answer
    ADD CONSTRAINT ratings_answer_invitation_id_key UNIQUE (invitation_id);

ALTER TABLE ONLY public.ratings_answer
    ADD CONSTRAINT ratings_answer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ratings_inspection
    ADD CONSTRAINT ratings_inspection_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ratings_invitation
    ADD CONSTRAINT ratings_invitation_dossier_id_key UNIQUE (dossier_id);

ALTER TABLE ONLY public.ratings_invitation
    ADD CONSTRAINT ratings_invitation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ratings_measure
    ADD CONSTRAINT ratings_measure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ratings_share
    ADD CONSTRAINT ratings_share_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_receiptbook
    ADD CONSTRAINT receipt_book_once_a_day UNIQUE (office_id, valid_from);

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT receipt_numbered_once UNIQUE (office_id, form, serial, number);

ALTER TABLE ONLY public.correspondence_recipient
    ADD CONSTRAINT recipient_once UNIQUE (document_id, way, name);

ALTER TABLE ONLY public.records_appraisal
    ADD CONSTRAINT records_appraisal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_appraisedfile
    ADD CONSTRAINT records_appraisedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_ballot
    ADD CONSTRAINT records_ballot_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_councilmember
    ADD CONSTRAINT records_councilmember_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_entry
    ADD CONSTRAINT records_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_filelist
    ADD CONSTRAINT records_filelist_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_fixityfault
    ADD CONSTRAINT records_fixityfault_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_fixityround
    ADD CONSTRAINT records_fixityround_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_handoverfile
    ADD CONSTRAINT records_handoverfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_hold
    ADD CONSTRAINT records_hold_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_listedfile
    ADD CONSTRAINT records_listedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_pinnedfile
    ADD CONSTRAINT records_pinnedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_share
    ADD CONSTRAINT records_share_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_transfer
    ADD CONSTRAINT records_transfer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_transferredfile
    ADD CONSTRAINT records_transferredfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_workfile
    ADD CONSTRAINT records_workfile_line_id_key UNIQUE (line_id);

ALTER TABLE ONLY public.records_workfile
    ADD CONSTRAINT records_workfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_recoverycode
    ADD CONSTRAINT recovery_code_once UNIQUE (account_id, digest);

ALTER TABLE ONLY public.exchange_refusal
    ADD CONSTRAINT refusal_said_once UNIQUE (channel_id, message_id, digest);

ALTER TABLE ONLY public.registers_counter
    ADD CONSTRAINT registers_counter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registers_numberseries
    ADD CONSTRAINT registers_numberseries_code_key UNIQUE (code);

ALTER TABLE ONLY public.registers_numberseries
    ADD CONSTRAINT registers_numberseries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registers_counter
    ADD CONSTRAINT registers_one_counter_per_scope UNIQUE (series_id, scope);

ALTER TABLE ONLY public.officers_declaredrelative
    ADD CONSTRAINT relative_once UNIQUE (officer_id, identity_hash);

ALTER TABLE ONLY public.national_portal_monthlyreport
    ADD CONSTRAINT report_of_month_once UNIQUE (month, office_code);

ALTER TABLE ONLY public.correspondence_reservednumber
    ADD CONSTRAINT reserved_number_once UNIQUE (office_id, series, year, number);

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT result_once_per_template UNIQUE (dossier_id, template);

ALTER TABLE ONLY public.signing_revocationstatement
    ADD CONSTRAINT revocation_statement_once_per_source UNIQUE (issuer, serial, url);

ALTER TABLE ONLY public.scanning_scan
    ADD CONSTRAINT scanning_scan_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.scanning_scanpage
    ADD CONSTRAINT scanning_scanpage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.correspondence_savedsearch
    ADD CONSTRAINT search_named_once UNIQUE (account_id, name);

ALTER TABLE ONLY public.service_centre_booking
    ADD CONSTRAINT service_centre_booking_code_key UNIQUE (code);

ALTER TABLE ONLY public.service_centre_booking
    ADD CONSTRAINT service_centre_booking_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_booking
    ADD CONSTRAINT service_centre_booking_ticket_id_key UNIQUE (ticket_id);

ALTER TABLE ONLY public.service_centre_centre
    ADD CONSTRAINT service_centre_centre_office_id_key UNIQUE (office_id);

ALTER TABLE ONLY public.service_centre_centre
    ADD CONSTRAINT service_centre_centre_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_counter
    ADD CONSTRAINT service_centre_counter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_counter_services
    ADD CONSTRAINT service_centre_counter_s_counter_id_service_id_767373f6_uniq UNIQUE (counter_id, service_id);

ALTER TABLE ONLY public.service_centre_counter_services
    ADD CONSTRAINT service_centre_counter_services_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_device
    ADD CONSTRAINT service_centre_device_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.service_centre_device
    ADD CONSTRAINT service_centre_device_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_prioritygroup
    ADD CONSTRAINT service_centre_prioritygroup_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_service
    ADD CONSTRAINT service_centre_service_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_specialday
    ADD CONSTRAINT service_centre_specialday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_ticket
    ADD CONSTRAINT service_centre_ticket_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_service
    ADD CONSTRAINT service_prefix_once UNIQUE (centre_id, prefix);

ALTER TABLE ONLY public.signing_signedversion
    ADD CONSTRAINT signed_version_once UNIQUE (file_id, digest);

ALTER TABLE ONLY public.signing_signingdocument
    ADD CONSTRAINT signing_document_one_position UNIQUE (transaction_id, "position");

ALTER TABLE ONLY public.signing_earlierfiles
    ADD CONSTRAINT signing_earlierfiles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_filecheck
    ADD CONSTRAINT signing_filecheck_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.signing_partnerdocument
    ADD CONSTRAINT signing_partner_document_once UNIQUE (request_id, "position");

ALTER TABLE ONLY public.signing_partnerrequest
    ADD CONSTRAINT signing_partner_request_once UNIQUE (service, own_key);

ALTER TABLE ONLY public.signing_partnerdocument
    ADD CONSTRAINT signing_partnerdocument_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_partnerrequest
    ADD CONSTRAINT signing_partnerrequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_partnerrequest
    ADD CONSTRAINT signing_partnerrequest_transaction_id_key UNIQUE (transaction_id);

ALTER TABLE ONLY public.signing_signingpolicy
    ADD CONSTRAINT signing_policy_one_a_day UNIQUE (level, valid_from);

ALTER TABLE ONLY public.signing_revocationstatement
    ADD CONSTRAINT signing_revocationstatement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_servicestanding
    ADD CONSTRAINT signing_servicestanding_pkey PRIMARY KEY (provider);

ALTER TABLE ONLY public.signing_signedfile
    ADD CONSTRAINT signing_signedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_signedversion
    ADD CONSTRAINT signing_signedversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_signingcertificate
    ADD CONSTRAINT signing_signingcertificate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_signingdocument
    ADD CONSTRAINT signing_signingdocument_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_signingmeans
    ADD CONSTRAINT signing_signingmeans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_signingpicture
    ADD CONSTRAINT signing_signingpicture_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_signingpolicy
    ADD CONSTRAINT signing_signingpolicy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_signingtransaction
    ADD CONSTRAINT signing_signingtransaction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_suspension
    ADD CONSTRAINT signing_suspension_once UNIQUE (issuer, serial, since);

ALTER TABLE ONLY public.signing_suspension
    ADD CONSTRAINT signing_suspension_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.signing_trustanchor
    ADD CONSTRAINT signing_trustanchor_fingerprint_key UNIQUE (fingerprint);

ALTER TABLE ONLY public.signing_trustanchor
    ADD CONSTRAINT signing_trustanchor_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.editing_sitting
    ADD CONSTRAINT sitting_once UNIQUE (edited_id, account_id);

ALTER TABLE ONLY public.service_centre_specialday
    ADD CONSTRAINT special_day_once UNIQUE (centre_id, date);

ALTER TABLE ONLY public.correspondence_stackpart
    ADD CONSTRAINT stack_part_once UNIQUE (stack_id, first);

ALTER TABLE ONLY public.accounts_startcode
    ADD CONSTRAINT start_code_once UNIQUE (account_id, digest);

ALTER TABLE ONLY public.dossiers_supplement
    ADD CONSTRAINT supplement_numbered_once UNIQUE (dossier_id, number);

ALTER TABLE ONLY public.tasks_extension
    ADD CONSTRAINT tasks_extension_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tasks_involved
    ADD CONSTRAINT tasks_involved_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tasks_report
    ADD CONSTRAINT tasks_report_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tasks_reportfile
    ADD CONSTRAINT tasks_reportfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_code_key UNIQUE (code);

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.service_centre_ticket
    ADD CONSTRAINT ticket_number_once_a_day UNIQUE (centre_id, day, number);

ALTER TABLE ONLY public.records_transferredfile
    ADD CONSTRAINT transferred_file_once UNIQUE (transfer_id, file_id);

ALTER TABLE ONLY public.organisations_administrativeunit
    ADD CONSTRAINT unit_code_once_a_day UNIQUE (level, code, valid_from);

ALTER TABLE ONLY public.organisations_unitsuccession
    ADD CONSTRAINT unit_succession_once UNIQUE (old_id, new_id);

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_paper_id_key UNIQUE (paper_id);

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_result_id_key UNIQUE (result_id);

ALTER TABLE ONLY public.vault_opening
    ADD CONSTRAINT vault_opening_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vault_share
    ADD CONSTRAINT vault_share_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.web_idempotencykey
    ADD CONSTRAINT web_idempotencykey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.web_ratecounter
    ADD CONSTRAINT web_ratecounter_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks_webhook
    ADD CONSTRAINT webhooks_webhook_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.records_workfile
    ADD CONSTRAINT work_file_notation_once UNIQUE (office_id, year, notation);

ALTER TABLE ONLY public.worktime_workinghours
    ADD CONSTRAINT working_hours_once UNIQUE NULLS NOT DISTINCT (office_id, valid_from, weekday);

ALTER TABLE ONLY public.dossiers_workingpaper
    ADD CONSTRAINT working_paper_numbered_once UNIQUE (dossier_id, template, number);

ALTER TABLE ONLY public.worktime_calendarday
    ADD CONSTRAINT worktime_calendarday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.worktime_calendarversion
    ADD CONSTRAINT worktime_calendarversion_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.worktime_calendaryear
    ADD CONSTRAINT worktime_calendaryear_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.worktime_calendaryear
    ADD CONSTRAINT worktime_calendaryear_version_id_key UNIQUE (version_id);

ALTER TABLE ONLY public.worktime_workinghours
    ADD CONSTRAINT worktime_workinghours_pkey PRIMARY KEY (id);

CREATE INDEX account_to_pull ON public.exchange_account USING btree (pull_at);

CREATE INDEX accounts_account_username_b5f69a28_like ON public.accounts_account USING btree (username varchar_pattern_ops);

CREATE INDEX accounts_apitoken_account_id_c5e627d6 ON public.accounts_apitoken USING btree (account_id);

CREATE INDEX accounts_apitoken_digest_63ccb187_like ON public.accounts_apitoken USING btree (digest varchar_pattern_ops);

CREATE INDEX accounts_externalidentity_account_id_35b03861 ON public.accounts_externalidentity USING btree (account_id);

CREATE INDEX accounts_factor_account_id_195da30a ON public.accounts_factor USING btree (account_id);

CREATE INDEX accounts_factorreset_account_id_524ff018 ON public.accounts_factorreset USING btree (account_id);

CREATE INDEX accounts_factorreset_confirmed_by_id_1e71b294 ON public.accounts_factorreset USING btree (confirmed_by_id);

CREATE INDEX accounts_factorreset_started_by_id_6ccb2bde ON public.accounts_factorreset USING btree (started_by_id);

CREATE INDEX accounts_keptform_account_id_36be5cc0 ON public.accounts_keptform USING btree (account_id);

CREATE INDEX accounts_keptform_digest_020fc5e9_like ON public.accounts_keptform USING btree (digest varchar_pattern_ops);

CREATE INDEX accounts_recoverycode_account_id_ac51ca41 ON public.accounts_recoverycode USING btree (account_id);

CREATE INDEX accounts_session_account_id_13077c3e ON public.accounts_session USING btree (account_id);

CREATE INDEX accounts_session_digest_3358852e_like ON public.accounts_session USING btree (digest varchar_pattern_ops);

CREATE INDEX accounts_signinpolicy_kind_1f425b1c_like ON public.accounts_signinpolicy USING btree (kind varchar_pattern_ops);

CREATE INDEX accounts_startcode_account_id_d904a8c8 ON public.accounts_startcode USING btree (account_id);

CREATE INDEX accounts_startcode_issued_by_id_af3d4a0a ON public.accounts_startcode USING btree (issued_by_id);

CREATE INDEX answer_newest ON public.ratings_answer USING btree (answered_at DESC, id DESC);

CREATE INDEX application_signing_kept ON public.dossiers_applicationsigning USING btree (asked_at, id) WHERE ((file_id IS NOT NULL) AND ((state)::text = 'done'::text));

CREATE INDEX application_signing_of ON public.dossiers_applicationsigning USING btree (application, asked_at DESC);

CREATE UNIQUE INDEX application_signing_one_each ON public.dossiers_applicationsigning USING btree (application, asked_by_id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX application_signing_waiting ON public.dossiers_applicationsigning USING btree (asked_at, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX appraisal_of_office ON public.records_appraisal USING btree (office_id, made_at DESC, id DESC);

CREATE UNIQUE INDEX appraised_file_in_one ON public.records_appraisedfile USING btree (file_id) WHERE (ended_at IS NULL);

CREATE INDEX arrival_of_code ON public.national_portal_arrival USING btree (code);

CREATE INDEX arrival_open ON public.national_portal_arrival USING btree (received_at, id) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'stuck'::character varying])::text[]));

CREATE UNIQUE INDEX arrival_stamp_once ON public.correspondence_arrivalstamp USING btree (original_id) WHERE (NOT ((state)::text = 'void'::text));

CREATE INDEX arrival_stamp_waiting ON public.correspondence_arrivalstamp USING btree (asked_at, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX assignment_due ON public.correspondence_assignment USING btree (sort_due, id) WHERE ((state)::text = 'open'::text);

CREATE INDEX assignment_in_office ON public.correspondence_assignment USING btree (office_id, sort_due, document_id) WHERE ((state)::text = ANY ((ARRAY['open'::character varying, 'given'::character varying])::text[]));

CREATE INDEX assignment_of_officer ON public.correspondence_assignment USING btree (officer_id, sort_due, id) WHERE ((officer_id IS NOT NULL) AND ((state)::text = 'open'::text));

CREATE INDEX assignment_of_unit ON public.correspondence_assignment USING btree (office_id, sort_due, id) WHERE ((officer_id IS NULL) AND ((state)::text = 'open'::text));

CREATE UNIQUE INDEX assignment_once ON public.correspondence_assignment USING btree (document_id, office_id, officer_id) NULLS NOT DISTINCT WHERE ((state)::text = ANY ((ARRAY['open'::character varying, 'given'::character varying])::text[]));

CREATE INDEX attempt_unheard ON public.payments_attempt USING btree (gateway, started_at) WHERE ((state)::text = 'started'::text);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE UNIQUE INDEX bank_feed_one_live ON public.payments_bankfeed USING btree (number) WHERE (ended_at IS NULL);

CREATE INDEX batch_at_counter ON public.batches_batch USING btree (office_id, created_at DESC, id DESC) WHERE ((channel)::text = 'counter'::text);

CREATE INDEX batch_of_account ON public.batches_batch USING btree (account_id, created_at DESC, id DESC);

CREATE INDEX batches_batch_applicant_id_5976e39d ON public.batches_batch USING btree (applicant_id);

CREATE INDEX batches_batch_case_id_060ae8a6 ON public.batches_batch USING btree (case_id);

CREATE INDEX batches_batch_office_id_413c70f7 ON public.batches_batch USING btree (office_id);

CREATE INDEX batches_batch_procedure_version_id_381dbac5 ON public.batches_batch USING btree (procedure_version_id);

CREATE INDEX batches_line_dossier_id_fc45f290 ON public.batches_line USING btree (dossier_id);

CREATE INDEX batches_sharedpaper_batch_id_274104dd ON public.batches_sharedpaper USING btree (batch_id);

CREATE INDEX batches_sharedpaper_case_paper_id_8c305029 ON public.batches_sharedpaper USING btree (case_paper_id);

CREATE INDEX batches_sharedpaper_file_id_a2f06993 ON public.batches_sharedpaper USING btree (file_id);

CREATE INDEX blob_held ON public.blobs_blob USING btree (created_at) WHERE ((scan_state)::text = 'held'::text);

CREATE INDEX blobs_blob_digest_14bd6f1d_like ON public.blobs_blob USING btree (digest varchar_pattern_ops);

CREATE INDEX blobs_storedfile_blob_id_1d748e7e ON public.blobs_storedfile USING btree (blob_id);

CREATE INDEX blobs_storedfile_blob_id_1d748e7e_like ON public.blobs_storedfile USING btree (blob_id varchar_pattern_ops);

CREATE INDEX booking_of_account ON public.service_centre_booking USING btree (account_id, starts_at DESC);

CREATE UNIQUE INDEX booking_one_a_day ON public.service_centre_booking USING btree (account_id, service_id, day) WHERE ((state)::text = 'booked'::text);

CREATE INDEX booking_open ON public.service_centre_booking USING btree (day) WHERE ((state)::text = 'booked'::text);

CREATE UNIQUE INDEX booking_seat_once ON public.service_centre_booking USING btree (service_id, starts_at, seat) WHERE ((state)::text = ANY ((ARRAY['booked'::character varying, 'arrived'::character varying])::text[]));

CREATE UNIQUE INDEX calendar_year_one_draft_one_approved ON public.worktime_calendaryear USING btree (year, state) WHERE (NOT ((state)::text = 'replaced'::text));

CREATE INDEX call_about ON public.connectors_call USING btree (about, id);

CREATE INDEX call_leased ON public.connectors_call USING btree (system_id, leased_until) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX call_of_person ON public.connectors_call USING btree (whose_id, purpose) WHERE ((state)::text = ANY ((ARRAY['held'::character varying, 'waiting'::character varying])::text[]));

CREATE INDEX call_open ON public.connectors_call USING btree (id) WHERE ((state)::text = ANY ((ARRAY['held'::character varying, 'waiting'::character varying, 'sent'::character varying, 'answered'::character varying, 'dead'::character varying])::text[]));

CREATE INDEX call_sent ON public.connectors_call USING btree (next_at, id) WHERE ((state)::text = 'sent'::text);

CREATE INDEX call_to_hand_over ON public.connectors_call USING btree (next_at, id) WHERE ((state)::text = 'answered'::text);

CREATE INDEX call_to_tell ON public.connectors_call USING btree (id) WHERE (((state)::text = ANY ((ARRAY['dead'::character varying, 'left'::character varying])::text[])) AND (told_at IS NULL));

CREATE INDEX call_waiting ON public.connectors_call USING btree (system_id, next_at, id) WHERE ((state)::text = 'waiting'::text);

CREATE UNIQUE INDEX channel_of_fingerprint ON public.exchange_channel USING btree (fingerprint) WHERE (NOT ((fingerprint)::text = ''::text));

CREATE UNIQUE INDEX channel_of_service ON public.exchange_channel USING btree (service) WHERE (NOT ((service)::text = ''::text));

CREATE INDEX citizens_party_merged_into_id_fe1e6590 ON public.citizens_party USING btree (merged_into_id);

CREATE INDEX citizens_representation_party_id_b9d1934a ON public.citizens_representation USING btree (party_id);

CREATE INDEX citizens_representation_representative_id_1375988f ON public.citizens_representation USING btree (representative_id);

CREATE INDEX closing_newest ON public.payments_cashclosing USING btree (office_id, closed_at DESC, id DESC);

CREATE INDEX closing_of_officer ON public.payments_cashclosing USING btree (officer_id, closed_at DESC, id DESC);

CREATE UNIQUE INDEX co_applicant_invited_once ON public.dossiers_coapplicant USING btree (draft_id, identity_number) WHERE (NOT ((identity_number)::text = ''::text));

CREATE INDEX collecting_account_newest ON public.payments_collectingaccount USING btree (valid_from DESC, id DESC);

CREATE INDEX collecting_account_number ON public.payments_collectingaccount USING btree (number, valid_from);

CREATE INDEX connectors_call_consent_id_3cde883b ON public.connectors_call USING btree (consent_id);

CREATE INDEX connectors_call_description_id_f01728c3 ON public.connectors_call USING btree (description_id);

CREATE INDEX connectors_call_system_id_19e0019d ON public.connectors_call USING btree (system_id);

CREATE INDEX connectors_call_whose_id_458ac1dd ON public.connectors_call USING btree (whose_id);

CREATE INDEX connectors_consent_given_by_id_9a48d960 ON public.connectors_consent USING btree (given_by_id);

CREATE INDEX connectors_consent_party_id_88d180c5 ON public.connectors_consent USING btree (party_id);

CREATE INDEX connectors_consent_withdrawn_by_id_8fa3a655 ON public.connectors_consent USING btree (withdrawn_by_id);

CREATE INDEX connectors_description_saved_by_id_1087efe8 ON public.connectors_description USING btree (saved_by_id);

CREATE INDEX connectors_description_system_id_885a0e76 ON public.connectors_description USING btree (system_id);

CREATE INDEX connectors_linesystem_code_a30804a5_like ON public.connectors_linesystem USING btree (code varchar_pattern_ops);

CREATE INDEX consent_of_party ON public.connectors_consent USING btree (party_id, given_at DESC, id DESC);

CREATE UNIQUE INDEX consent_stands_once ON public.connectors_consent USING btree (party_id, purpose) WHERE (withdrawn_at IS NULL);

CREATE INDEX correspondence_arrivalstamp_asked_by_id_e729358f ON public.correspondence_arrivalstamp USING btree (asked_by_id);

CREATE INDEX correspondence_arrivalstamp_file_id_e583fe5e ON public.correspondence_arrivalstamp USING btree (file_id);

CREATE INDEX correspondence_arrivalstamp_original_id_3e8b2ddd ON public.correspondence_arrivalstamp USING btree (original_id);

CREATE INDEX correspondence_arrivalstamp_transaction_id_1581c971 ON public.correspondence_arrivalstamp USING btree (transaction_id);

CREATE INDEX correspondence_assignment_assigned_by_id_4f2bc56e ON public.correspondence_assignment USING btree (assigned_by_id);

CREATE INDEX correspondence_assignment_document_id_8df66fff ON public.correspondence_assignment USING btree (document_id);

CREATE INDEX correspondence_assignment_ended_by_id_f1490fbb ON public.correspondence_assignment USING btree (ended_by_id);

CREATE INDEX correspondence_assignment_parent_id_8d6b5793 ON public.correspondence_assignment USING btree (parent_id);

CREATE INDEX correspondence_delivery_also_delivery_id_544275c2 ON public.correspondence_delivery_also USING btree (delivery_id);

CREATE INDEX correspondence_delivery_also_incomingdocument_id_1089ff9d ON public.correspondence_delivery_also USING btree (incomingdocument_id);

CREATE INDEX correspondence_delivery_letter_8c30cba9 ON public.correspondence_delivery USING btree (letter);

CREATE INDEX correspondence_documentcopy_asked_by_id_4a080d1a ON public.correspondence_documentcopy USING btree (asked_by_id);

CREATE INDEX correspondence_documentcopy_file_id_81e7721f ON public.correspondence_documentcopy USING btree (file_id);

CREATE INDEX correspondence_documentcopy_incoming_id_8bfe10aa ON public.correspondence_documentcopy USING btree (incoming_id);

CREATE INDEX correspondence_documentcopy_office_id_d7151ef1 ON public.correspondence_documentcopy USING btree (office_id);

CREATE INDEX correspondence_documentcopy_original_id_caabf1fc ON public.correspondence_documentcopy USING btree (original_id);

CREATE INDEX correspondence_documentcopy_outgoing_id_940aa5ac ON public.correspondence_documentcopy USING btree (outgoing_id);

CREATE INDEX correspondence_documentcopy_transaction_id_dce5f03c ON public.correspondence_documentcopy USING btree (transaction_id);

CREATE INDEX correspondence_draftversion_document_id_a69f495a ON public.correspondence_draftversion USING btree (document_id);

CREATE INDEX correspondence_draftversion_file_id_857e4b70 ON public.correspondence_draftversion USING btree (file_id);

CREATE INDEX correspondence_draftversion_made_by_id_aa463b08 ON public.correspondence_draftversion USING btree (made_by_id);

CREATE INDEX correspondence_draftversion_source_id_ef39a06e ON public.correspondence_draftversion USING btree (source_id);

CREATE INDEX correspondence_filetext_blob_id_32b7dfed_like ON public.correspondence_filetext USING btree (blob_id varchar_pattern_ops);

CREATE INDEX correspondence_incomingdocument_leader_id_2dc298df ON public.correspondence_incomingdocument USING btree (leader_id);

CREATE INDEX correspondence_incomingdocument_registered_by_id_ec3ad306 ON public.correspondence_incomingdocument USING btree (registered_by_id);

CREATE INDEX correspondence_incomingfile_document_id_3918d354 ON public.correspondence_incomingfile USING btree (document_id);

CREATE INDEX correspondence_incomingfile_file_id_b041cecd ON public.correspondence_incomingfile USING btree (file_id);

CREATE INDEX correspondence_opinion_document_id_3f799b11 ON public.correspondence_opinion USING btree (document_id);

CREATE INDEX correspondence_opinion_version_id_7e28b140 ON public.correspondence_opinion USING btree (version_id);

CREATE INDEX correspondence_outgoingannex_document_id_10c17ccc ON public.correspondence_outgoingannex USING btree (document_id);

CREATE INDEX correspondence_outgoingannex_file_id_3c233c84 ON public.correspondence_outgoingannex USING btree (file_id);

CREATE INDEX correspondence_outgoingdocument_answers_id_dbf914c6 ON public.correspondence_outgoingdocument USING btree (answers_id);

CREATE INDEX correspondence_outgoingdocument_file_id_2b703f18 ON public.correspondence_outgoingdocument USING btree (file_id);

CREATE INDEX correspondence_outgoingdocument_related_id_5860711a ON public.correspondence_outgoingdocument USING btree (related_id);

CREATE INDEX correspondence_outgoingsigning_asked_by_id_70510b1b ON public.correspondence_outgoingsigning USING btree (asked_by_id);

CREATE INDEX correspondence_outgoingsigning_document_id_449c001f ON public.correspondence_outgoingsigning USING btree (document_id);

CREATE INDEX correspondence_outgoingsigning_file_id_1deec2e1 ON public.correspondence_outgoingsigning USING btree (file_id);

CREATE INDEX correspondence_outgoingsigning_office_id_911c23c2 ON public.correspondence_outgoingsigning USING btree (office_id);

CREATE INDEX correspondence_outgoingsigning_transaction_id_c83707b1 ON public.correspondence_outgoingsigning USING btree (transaction_id);

CREATE INDEX correspondence_recipient_document_id_6ec1e910 ON public.correspondence_recipient USING btree (document_id);

CREATE INDEX correspondence_recipient_office_id_631946cf ON public.correspondence_recipient USING btree (office_id);

CREATE INDEX correspondence_reservednumber_by_id_ce0ccfc7 ON public.correspondence_reservednumber USING btree (by_id);

CREATE INDEX correspondence_scanstack_file_id_90f6e61f ON public.correspondence_scanstack USING btree (file_id);

CREATE INDEX correspondence_scanstack_taken_by_id_d07110b0 ON public.correspondence_scanstack USING btree (taken_by_id);

CREATE INDEX correspondence_stackpart_file_id_01a36693 ON public.correspondence_stackpart USING btree (file_id);

CREATE INDEX correspondence_words ON public.correspondence_searchentry USING gin (words) WITH (fastupdate=off);

CREATE INDEX delivery_by_state ON public.webhooks_delivery USING btree (webhook_id, state, created_at DESC, id DESC);

CREATE INDEX delivery_delivered ON public.webhooks_delivery USING btree (delivered_at) WHERE ((state)::text = 'delivered'::text);

CREATE INDEX delivery_of_webhook ON public.webhooks_delivery USING btree (webhook_id, created_at DESC, id DESC);

CREATE INDEX delivery_said ON public.correspondence_delivery USING btree (partner, identifier);

CREATE UNIQUE INDEX device_code_once ON public.service_centre_device USING btree (code_digest) WHERE (NOT ((code_digest)::text = ''::text));

CREATE INDEX diary_appointment_document_id_0973cc02 ON public.diary_appointment USING btree (document_id);

CREATE INDEX diary_appointment_outgoing_id_aa7406da ON public.diary_appointment USING btree (outgoing_id);

CREATE INDEX diary_appointment_preparing_id_065795e8 ON public.diary_appointment USING btree (preparing_id);

CREATE INDEX diary_appointment_proposed_by_id_3ec02e39 ON public.diary_appointment USING btree (proposed_by_id);

CREATE INDEX diary_appointment_room_id_6a972c9c ON public.diary_appointment USING btree (room_id);

CREATE INDEX diary_attendee_appointment_id_3e96d9c4 ON public.diary_attendee USING btree (appointment_id);

CREATE UNIQUE INDEX diary_attends_once ON public.diary_attendee USING btree (appointment_id, officer_id) WHERE (officer_id IS NOT NULL);

CREATE INDEX diary_calendarlink_digest_6d114d78_like ON public.diary_calendarlink USING btree (digest varchar_pattern_ops);

CREATE INDEX diary_meetingroom_office_id_99e44971 ON public.diary_meetingroom USING btree (office_id);

CREATE INDEX diary_of_office ON public.diary_appointment USING btree (office_id, starts_at);

CREATE INDEX diary_of_province ON public.diary_appointment USING btree (starts_at) WHERE ((visibility)::text = 'province'::text);

CREATE INDEX diary_of_series ON public.diary_appointment USING btree (series, starts_at) WHERE (series IS NOT NULL);

CREATE INDEX diary_officer_by_time ON public.diary_attendee USING btree (officer_id, starts_at) WHERE (officer_id IS NOT NULL);

CREATE UNIQUE INDEX diary_one_chairs ON public.diary_attendee USING btree (appointment_id) WHERE ((part)::text = 'chairs'::text);

CREATE UNIQUE INDEX diary_one_link ON public.diary_calendarlink USING btree (account_id) WHERE (revoked_at IS NULL);

CREATE INDEX diary_proposed ON public.diary_appointment USING btree (office_id, starts_at, id) WHERE ((state)::text = 'proposed'::text);

CREATE UNIQUE INDEX diary_unit_attends_once ON public.diary_attendee USING btree (appointment_id, office_id) WHERE (officer_id IS NULL);

CREATE INDEX diary_unit_by_time ON public.diary_attendee USING btree (office_id, starts_at) WHERE (officer_id IS NULL);

CREATE UNIQUE INDEX document_copy_one_at_a_time ON public.correspondence_documentcopy USING btree (original_id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX dossier_booked ON public.dossiers_dossier USING btree (accepted_office_id, accepted_at, id) WHERE (accepted_office_id IS NOT NULL);

CREATE INDEX dossier_clock_runs ON public.dossiers_dossier USING btree (submitted_at DESC, id DESC) INCLUDE (due_at) WHERE ((closed_at IS NULL) AND (decided_at IS NULL) AND (NOT ((state)::text = ANY ((ARRAY['waiting_supplement'::character varying, 'waiting_payment'::character varying])::text[]))));

CREATE INDEX dossier_closed_state ON public.dossiers_dossier USING btree (state, submitted_at DESC, id DESC) WHERE (closed_at IS NOT NULL);

CREATE UNIQUE INDEX dossier_from_portal_once ON public.dossiers_dossier USING btree (portal_code) WHERE (NOT ((portal_code)::text = ''::text));

CREATE INDEX dossier_newest ON public.dossiers_dossier USING btree (submitted_at DESC, id DESC);

CREATE INDEX dossier_of_applicant ON public.dossiers_dossier USING btree (applicant_id, submitted_at DESC, id DESC);

CREATE INDEX dossier_open_receiving ON public.dossiers_dossier USING btree (receiving_office_id, due_at, id) WHERE (closed_at IS NULL);

CREATE INDEX dossier_open_resolving ON public.dossiers_dossier USING btree (resolving_office_id, due_at, id) WHERE (closed_at IS NULL);

CREATE INDEX dossier_open_state ON public.dossiers_dossier USING btree (state, submitted_at DESC, id DESC) WHERE (closed_at IS NULL);

CREATE INDEX dossier_received ON public.dossiers_dossier USING btree (receiving_office_id, submitted_at DESC, id DESC);

CREATE INDEX dossier_resolved ON public.dossiers_dossier USING btree (resolving_office_id, submitted_at DESC, id DESC);

CREATE INDEX dossier_to_accept ON public.dossiers_dossier USING btree (receiving_office_id, submitted_at, id) WHERE ((state)::text = 'submitted'::text);

CREATE INDEX dossier_to_return ON public.dossiers_dossier USING btree (receiving_office_id, decided_at, id) WHERE ((state)::text = 'decided'::text);

CREATE INDEX dossiers_applicationsigning_asked_by_id_e4f3074a ON public.dossiers_applicationsigning USING btree (asked_by_id);

CREATE INDEX dossiers_applicationsigning_file_id_d1e23c2b ON public.dossiers_applicationsigning USING btree (file_id);

CREATE INDEX dossiers_applicationsigning_signer_id_95b6af5a ON public.dossiers_applicationsigning USING btree (signer_id);

CREATE INDEX dossiers_applicationsigning_transaction_id_3f47c007 ON public.dossiers_applicationsigning USING btree (transaction_id);

CREATE INDEX dossiers_coapplicant_dossier_id_3bbed47a ON public.dossiers_coapplicant USING btree (dossier_id);

CREATE INDEX dossiers_coapplicant_draft_id_6169f3f3 ON public.dossiers_coapplicant USING btree (draft_id);

CREATE INDEX dossiers_coapplicant_party_id_33cceef0 ON public.dossiers_coapplicant USING btree (party_id);

CREATE INDEX dossiers_delta_office_id_04cf78a9 ON public.dossiers_delta USING btree (office_id);

CREATE INDEX dossiers_delta_procedure_id_57fb89f0 ON public.dossiers_delta USING btree (procedure_id);

CREATE INDEX dossiers_dossier_case_id_6b1f562b ON public.dossiers_dossier USING btree (case_id);

CREATE INDEX dossiers_dossier_code_6d68c351_like ON public.dossiers_dossier USING btree (code varchar_pattern_ops);

CREATE INDEX dossiers_dossier_parent_id_785649f5 ON public.dossiers_dossier USING btree (parent_id);

CREATE INDEX dossiers_dossier_procedure_version_id_fb237784 ON public.dossiers_dossier USING btree (procedure_version_id);

CREATE INDEX dossiers_dossier_representative_id_e2da2185 ON public.dossiers_dossier USING btree (representative_id);

CREATE INDEX dossiers_dossier_submission_number_f7c88833_like ON public.dossiers_dossier USING btree (submission_number varchar_pattern_ops);

CREATE INDEX dossiers_dossier_submitted_by_id_2f8c3226 ON public.dossiers_dossier USING btree (submitted_by_id);

CREATE INDEX dossiers_draft_account_id_c231b2f4 ON public.dossiers_draft USING btree (account_id);

CREATE INDEX dossiers_draft_applicant_id_b4447e4f ON public.dossiers_draft USING btree (applicant_id);

CREATE INDEX dossiers_draft_case_id_59d380a3 ON public.dossiers_draft USING btree (case_id);

CREATE INDEX dossiers_draft_procedure_version_id_3414ef76 ON public.dossiers_draft USING btree (procedure_version_id);

CREATE INDEX dossiers_draftfile_case_paper_id_6347e814 ON public.dossiers_draftfile USING btree (case_paper_id);

CREATE INDEX dossiers_draftfile_draft_id_c766a51a ON public.dossiers_draftfile USING btree (draft_id);

CREATE INDEX dossiers_draftfile_file_id_9138ca51 ON public.dossiers_draftfile USING btree (file_id);

CREATE INDEX dossiers_extension_dossier_id_cb3bb9c0 ON public.dossiers_extension USING btree (dossier_id);

CREATE INDEX dossiers_extension_made_by_id_7e57043a ON public.dossiers_extension USING btree (made_by_id);

CREATE INDEX dossiers_feeline_dossier_id_de125939 ON public.dossiers_feeline USING btree (dossier_id);

CREATE INDEX dossiers_feeline_settled_by_id_c953d128 ON public.dossiers_feeline USING btree (settled_by_id);

CREATE INDEX dossiers_figure_office_id_913f1f05 ON public.dossiers_figure USING btree (office_id);

CREATE INDEX dossiers_figure_procedure_id_60c76a90 ON public.dossiers_figure USING btree (procedure_id);

CREATE INDEX dossiers_incident_dossier_id_c4e90759 ON public.dossiers_incident USING btree (dossier_id);

CREATE INDEX dossiers_incident_office_id_37004bde ON public.dossiers_incident USING btree (office_id);

CREATE INDEX dossiers_incident_resolved_by_id_c5c13a1d ON public.dossiers_incident USING btree (resolved_by_id);

CREATE INDEX dossiers_issuedform_dossier_id_316b2639 ON public.dossiers_issuedform USING btree (dossier_id);

CREATE INDEX dossiers_issuedform_file_id_a2dbe8cd ON public.dossiers_issuedform USING btree (file_id);

CREATE INDEX dossiers_issuedform_issued_by_id_7a1df5e9 ON public.dossiers_issuedform USING btree (issued_by_id);

CREATE INDEX dossiers_issuedform_office_id_cc1efe5f ON public.dossiers_issuedform USING btree (office_id);

CREATE INDEX dossiers_message_author_id_e244a8a7 ON public.dossiers_message USING btree (author_id);

CREATE INDEX dossiers_message_dossier_id_99bef738 ON public.dossiers_message USING btree (dossier_id);

CREATE INDEX dossiers_messagefile_message_id_648ec7fc ON public.dossiers_messagefile USING btree (message_id);

CREATE INDEX dossiers_openedfrom_document_id_8b8323e4 ON public.dossiers_openedfrom USING btree (document_id);

CREATE INDEX dossiers_openedfrom_opened_by_id_bb414463 ON public.dossiers_openedfrom USING btree (opened_by_id);

CREATE INDEX dossiers_paper_added_by_id_fd4f4fd8 ON public.dossiers_paper USING btree (added_by_id);

CREATE INDEX dossiers_paper_case_paper_id_62eb33f6 ON public.dossiers_paper USING btree (case_paper_id);

CREATE INDEX dossiers_paper_dossier_id_7f1e1888 ON public.dossiers_paper USING btree (dossier_id);

CREATE INDEX dossiers_paper_file_id_a84c4263 ON public.dossiers_paper USING btree (file_id);

CREATE INDEX dossiers_paper_supplement_id_52084a1d ON public.dossiers_paper USING btree (supplement_id);

CREATE INDEX dossiers_pause_dossier_id_98a94956 ON public.dossiers_pause USING btree (dossier_id);

CREATE INDEX dossiers_resultcopy_asked_by_id_4ed535b4 ON public.dossiers_resultcopy USING btree (asked_by_id);

CREATE INDEX dossiers_resultcopy_file_id_27361b47 ON public.dossiers_resultcopy USING btree (file_id);

CREATE INDEX dossiers_resultcopy_office_id_573bd1a8 ON public.dossiers_resultcopy USING btree (office_id);

CREATE INDEX dossiers_resultcopy_result_id_3ed4819e ON public.dossiers_resultcopy USING btree (result_id);

CREATE INDEX dossiers_resultcopy_source_id_53c28e3d ON public.dossiers_resultcopy USING btree (source_id);

CREATE INDEX dossiers_resultcopy_transaction_id_8a20082e ON public.dossiers_resultcopy USING btree (transaction_id);

CREATE INDEX dossiers_resultdocument_dossier_id_6f053bb6 ON public.dossiers_resultdocument USING btree (dossier_id);

CREATE INDEX dossiers_resultdocument_file_id_eca10788 ON public.dossiers_resultdocument USING btree (file_id);

CREATE INDEX dossiers_resultdocument_office_id_5ebe0e58 ON public.dossiers_resultdocument USING btree (office_id);

CREATE INDEX dossiers_resultdocument_prepared_by_id_f6a9cf7f ON public.dossiers_resultdocument USING btree (prepared_by_id);

CREATE INDEX dossiers_resultdocument_sealed_by_id_1e2829ed ON public.dossiers_resultdocument USING btree (sealed_by_id);

CREATE INDEX dossiers_resultdocument_signed_by_id_47e3ffee ON public.dossiers_resultdocument USING btree (signed_by_id);

CREATE INDEX dossiers_resultsigning_asked_by_id_eda452c6 ON public.dossiers_resultsigning USING btree (asked_by_id);

CREATE INDEX dossiers_resultsigning_file_id_9404c17b ON public.dossiers_resultsigning USING btree (file_id);

CREATE INDEX dossiers_resultsigning_item_id_31f2e0ef ON public.dossiers_resultsigning USING btree (item_id);

CREATE INDEX dossiers_resultsigning_office_id_e3399c30 ON public.dossiers_resultsigning USING btree (office_id);

CREATE INDEX dossiers_resultsigning_result_id_c69297d1 ON public.dossiers_resultsigning USING btree (result_id);

CREATE INDEX dossiers_resultsigning_transaction_id_49247f16 ON public.dossiers_resultsigning USING btree (transaction_id);

CREATE INDEX dossiers_returnslip_file_id_97369ecc ON public.dossiers_returnslip USING btree (file_id);

CREATE INDEX dossiers_supplement_approver_id_57c2b476 ON public.dossiers_supplement USING btree (approver_id);

CREATE INDEX dossiers_supplement_dossier_id_3292197c ON public.dossiers_supplement USING btree (dossier_id);

CREATE INDEX dossiers_supplement_office_id_8449127a ON public.dossiers_supplement USING btree (office_id);

CREATE INDEX dossiers_supplement_requested_by_id_0e7e6126 ON public.dossiers_supplement USING btree (requested_by_id);

CREATE INDEX dossiers_supplementproposal_approver_id_efa024b0 ON public.dossiers_supplementproposal USING btree (approver_id);

CREATE INDEX dossiers_supplementproposal_decided_by_id_adbbae02 ON public.dossiers_supplementproposal USING btree (decided_by_id);

CREATE INDEX dossiers_supplementproposal_dossier_id_9048a2cd ON public.dossiers_supplementproposal USING btree (dossier_id);

CREATE INDEX dossiers_supplementproposal_office_id_50292d04 ON public.dossiers_supplementproposal USING btree (office_id);

CREATE INDEX dossiers_supplementproposal_proposed_by_id_77efcc0e ON public.dossiers_supplementproposal USING btree (proposed_by_id);

CREATE INDEX dossiers_timer_work_item_id_4fd76d0b ON public.dossiers_timer USING btree (work_item_id);

CREATE INDEX dossiers_workingpaper_dossier_id_82a5f093 ON public.dossiers_workingpaper USING btree (dossier_id);

CREATE INDEX dossiers_workingpaper_file_id_90b706c3 ON public.dossiers_workingpaper USING btree (file_id);

CREATE INDEX dossiers_workingpaper_kept_by_id_4d93e22d ON public.dossiers_workingpaper USING btree (kept_by_id);

CREATE INDEX dossiers_workingpaper_pdf_id_7aaad465 ON public.dossiers_workingpaper USING btree (pdf_id);

CREATE INDEX dossiers_workingpaper_work_item_id_ee691e81 ON public.dossiers_workingpaper USING btree (work_item_id);

CREATE INDEX dossiers_workitem_assignee_id_36d7e2fe ON public.dossiers_workitem USING btree (assignee_id);

CREATE INDEX dossiers_workitem_dossier_id_7adabb45 ON public.dossiers_workitem USING btree (dossier_id);

CREATE INDEX dossiers_workitem_finished_by_id_372f730c ON public.dossiers_workitem USING btree (finished_by_id);

CREATE INDEX dossiers_workitem_office_id_a7f16d64 ON public.dossiers_workitem USING btree (office_id);

CREATE INDEX dossiers_workitem_previous_id_175a131e ON public.dossiers_workitem USING btree (previous_id);

CREATE INDEX draft_of_account ON public.dossiers_draft USING btree (account_id, saved_at DESC, id DESC);

CREATE INDEX edited_file_locked ON public.editing_editedfile USING btree (locked_until, id) WHERE (NOT ((lock)::text = ''::text));

CREATE INDEX edited_file_untaken ON public.editing_editedfile USING btree (changed_at, id) WHERE (version > taken);

CREATE INDEX editing_editedfile_changed_by_id_da8b1ed1 ON public.editing_editedfile USING btree (changed_by_id);

CREATE INDEX editing_editedfile_file_id_6320e348 ON public.editing_editedfile USING btree (file_id);

CREATE INDEX editing_sitting_account_id_8aecb5e5 ON public.editing_sitting USING btree (account_id);

CREATE INDEX editing_sitting_edited_id_e4e1757d ON public.editing_sitting USING btree (edited_id);

CREATE INDEX editions_edition_published_by_id_6f916a05 ON public.editions_edition USING btree (published_by_id);

CREATE INDEX entry_in_order ON public.records_entry USING btree (file_id, day, id);

CREATE INDEX errand_to_answer ON public.exchange_errand USING btree (asked_at, id) WHERE ((answered_at IS NULL) AND is_served);

CREATE INDEX events_accesses_of ON public.events_accessrecord USING btree (whose, at DESC, id DESC);

CREATE INDEX events_by_digest ON public.events_event USING hash (digest);

CREATE INDEX events_by_transaction ON public.events_event USING btree (txid, "position");

CREATE INDEX events_payload_of_person ON public.events_eventpayload USING btree (person) WHERE ((erased_at IS NULL) AND (person IS NOT NULL));

CREATE INDEX events_skippedevent_event_id_62b59a6d ON public.events_skippedevent USING btree (event_id);

CREATE INDEX events_streamhead_stream_c889dd34_like ON public.events_streamhead USING btree (stream varchar_pattern_ops);

CREATE INDEX events_subscription_name_24120a0b_like ON public.events_subscription USING btree (name varchar_pattern_ops);

CREATE INDEX events_treehead_key_id_d1b36db8 ON public.events_treehead USING btree (key_id);

CREATE INDEX events_treehead_key_id_d1b36db8_like ON public.events_treehead USING btree (key_id varchar_pattern_ops);

CREATE INDEX events_treekey_id_7da7eaae_like ON public.events_treekey USING btree (id varchar_pattern_ops);

CREATE INDEX exchange_account_channel_id_c9ee0111 ON public.exchange_account USING btree (channel_id);

CREATE INDEX exchange_channel_code_ffd37d80_like ON public.exchange_channel USING btree (code varchar_pattern_ops);

CREATE INDEX exchange_errand_partner_id_1a9f4088 ON public.exchange_errand USING btree (partner_id);

CREATE INDEX exchange_incoming_file_id_66d0c22f ON public.exchange_incoming USING btree (file_id);

CREATE INDEX exchange_incoming_partner_id_b29c59a6 ON public.exchange_incoming USING btree (partner_id);

CREATE INDEX exchange_outgoing_channel_id_255b65a3 ON public.exchange_outgoing USING btree (channel_id);

CREATE INDEX exchange_outgoing_file_id_699014f7 ON public.exchange_outgoing USING btree (file_id);

CREATE INDEX exchange_outgoing_partner_id_480d2be1 ON public.exchange_outgoing USING btree (partner_id);

CREATE INDEX exchange_partner_channel_id_36cd34e7 ON public.exchange_partner USING btree (channel_id);

CREATE INDEX exchange_partner_code_33f9cc2a_like ON public.exchange_partner USING btree (code varchar_pattern_ops);

CREATE INDEX exchange_refusal_channel_id_ff1eb657 ON public.exchange_refusal USING btree (channel_id);

CREATE INDEX exchange_stuck ON public.national_portal_exchange USING btree (waiting_since, dossier_id) WHERE ((state)::text = 'stuck'::text);

CREATE INDEX exchange_waiting ON public.national_portal_exchange USING btree (waiting_since, dossier_id) WHERE ((state)::text = 'waiting'::text);

CREATE UNIQUE INDEX extension_one_asked ON public.tasks_extension USING btree (task_id) WHERE ((state)::text = 'asked'::text);

CREATE UNIQUE INDEX factor_one_totp ON public.accounts_factor USING btree (account_id) WHERE ((kind)::text = 'totp'::text);

CREATE INDEX families_statement_decided_by_id_8ce87825 ON public.families_statement USING btree (decided_by_id);

CREATE INDEX families_statement_file_id_37902102 ON public.families_statement USING btree (file_id);

CREATE INDEX families_statement_office_id_5016ef77 ON public.families_statement USING btree (office_id);

CREATE INDEX fee_owed_afterwards ON public.dossiers_feeline USING btree (dossier_id) WHERE (after_return AND (amount > 0) AND ((state)::text = 'due'::text));

CREATE INDEX file_check_by_authority ON public.signing_filecheck USING gin (authorities);

CREATE INDEX file_check_by_signer ON public.signing_filecheck USING gin (signers);

CREATE INDEX file_check_due ON public.signing_filecheck USING btree (due_at, digest) WHERE (due_at IS NOT NULL);

CREATE INDEX file_check_tried ON public.signing_filecheck USING btree (tried_at, digest) WHERE (due_at IS NOT NULL);

CREATE INDEX file_list_of_agency ON public.records_filelist USING btree (office_id, year, id);

CREATE UNIQUE INDEX fixity_fault_once ON public.records_fixityfault USING btree (digest) WHERE (healed_at IS NULL);

CREATE INDEX fixity_newest ON public.records_fixityfault USING btree (found_at DESC, id DESC);

CREATE UNIQUE INDEX fixity_round_one_at_a_time ON public.records_fixityround USING btree (finished_at) NULLS NOT DISTINCT WHERE (finished_at IS NULL);

CREATE INDEX hold_of_file ON public.records_hold USING btree (file_id, lifted_at);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX incident_open ON public.dossiers_incident USING btree (happened_at, id) WHERE (resolved_at IS NULL);

CREATE INDEX incoming_alike ON public.payments_incoming USING btree (number, reference) WHERE (NOT ((reference)::text = ''::text));

CREATE INDEX incoming_clerk ON public.correspondence_incomingdocument USING btree (office_id, arrived_at DESC, id DESC) WHERE ((state)::text = ANY ((ARRAY['arrived'::character varying, 'registered'::character varying])::text[]));

CREATE INDEX incoming_identifier ON public.correspondence_incomingdocument USING btree (identifier) WHERE (NOT ((identifier)::text = ''::text));

CREATE INDEX incoming_leader ON public.correspondence_incomingdocument USING btree (leader_id, arrived_at, id) WHERE ((state)::text = 'proposed'::text);

CREATE INDEX incoming_letter_named ON public.exchange_incoming USING btree (message_id);

CREATE INDEX incoming_letter_of_partner ON public.exchange_incoming USING btree (partner_id, id DESC);

CREATE INDEX incoming_letter_open ON public.exchange_incoming USING btree (partner_id, about, id) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'stuck'::character varying])::text[]));

CREATE INDEX incoming_letter_stuck ON public.exchange_incoming USING btree (id) WHERE ((state)::text = 'stuck'::text);

CREATE INDEX incoming_letter_waiting ON public.exchange_incoming USING btree (id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX incoming_newest ON public.payments_incoming USING btree (office_id, booked_on DESC, id DESC);

CREATE INDEX incoming_notation ON public.correspondence_incomingdocument USING btree (office_id, notation);

CREATE INDEX incoming_registered ON public.correspondence_incomingdocument USING btree (office_id, registered_at DESC, id DESC);

CREATE INDEX incoming_waiting ON public.payments_incoming USING btree (office_id, booked_on, id) WHERE ((state)::text = 'open'::text);

CREATE INDEX inspection_of_office ON public.ratings_inspection USING btree (office_id, month, recorded_at DESC, id DESC);

CREATE INDEX invitation_by_officer ON public.ratings_invitation USING btree (returned_by_id, returned_at DESC, id DESC) WHERE (returned_by_id IS NOT NULL);

CREATE INDEX invitation_by_return ON public.ratings_invitation USING btree (returned_at, id);

CREATE INDEX involved_office ON public.tasks_involved USING btree (office_id, task_id);

CREATE INDEX involved_officer ON public.tasks_involved USING btree (officer_id, task_id) WHERE (officer_id IS NOT NULL);

CREATE UNIQUE INDEX involved_one_leads ON public.tasks_involved USING btree (task_id) WHERE ((part)::text = 'leads'::text);

CREATE UNIQUE INDEX involved_one_orders ON public.tasks_involved USING btree (task_id) WHERE ((part)::text = 'orders'::text);

CREATE UNIQUE INDEX involved_supports_once ON public.tasks_involved USING btree (task_id, office_id) WHERE ((part)::text = 'supports'::text);

CREATE INDEX involvement_of_office ON public.dossiers_involvement USING btree (office_id, dossier_id);

CREATE INDEX kept_paper_of_dossier ON public.vault_keptpaper USING btree (dossier_id) WHERE (dossier_id IS NOT NULL);

CREATE INDEX kept_paper_of_owner ON public.vault_keptpaper USING btree (owner_id, added_at DESC, id DESC) WHERE (NOT ((state)::text = 'removed'::text));

CREATE INDEX measure_of_office ON public.ratings_measure USING btree (office_id, at DESC, id DESC) WHERE (officer_id IS NULL);

CREATE INDEX measure_of_officer ON public.ratings_measure USING btree (officer_id, office_id, at DESC, id DESC) WHERE (officer_id IS NOT NULL);

CREATE INDEX message_of_dossier ON public.dossiers_message USING btree (dossier_id, sent_at DESC, id DESC);

CREATE INDEX message_unanswered ON public.dossiers_message USING btree (office_id, sent_at, id) WHERE ((answered_at IS NULL) AND from_applicant);

CREATE INDEX messaging_carriertoken_carrier_338a4a55_like ON public.messaging_carriertoken USING btree (carrier varchar_pattern_ops);

CREATE INDEX messaging_notice_recipient_id_3cef8519 ON public.messaging_notice USING btree (recipient_id);

CREATE INDEX messaging_phonemessage_notice_id_ee85397d ON public.messaging_phonemessage USING btree (notice_id);

CREATE INDEX messaging_preference_account_id_ad53329c ON public.messaging_preference USING btree (account_id);

CREATE INDEX national_portal_arrival_dossier_id_4ab5b334 ON public.national_portal_arrival USING btree (dossier_id);

CREATE INDEX notice_of_account ON public.messaging_notice USING btree (recipient_id, created_at DESC, id DESC);

CREATE INDEX notice_unread ON public.messaging_notice USING btree (recipient_id) WHERE ((read_at IS NULL) AND shown);

CREATE INDEX office_code_code ON public.organisations_officecode USING btree (code);

CREATE UNIQUE INDEX office_code_once_now ON public.organisations_officecode USING btree (code) WHERE (valid_to IS NULL);

CREATE INDEX office_kind_level ON public.organisations_office USING btree (kind, level);

CREATE UNIQUE INDEX office_one_code_of_a_scheme ON public.organisations_officecode USING btree (office_id, scheme) WHERE (valid_to IS NULL);

CREATE INDEX officers_declaredrelative_officer_id_1e0fe653 ON public.officers_declaredrelative USING btree (officer_id);

CREATE INDEX officers_delegation_from_position_id_036f164c ON public.officers_delegation USING btree (from_position_id);

CREATE INDEX officers_delegation_to_position_id_c49b1c55 ON public.officers_delegation USING btree (to_position_id);

CREATE INDEX officers_officer_name_fold_6a166382 ON public.officers_officer USING btree (name_fold);

CREATE INDEX officers_officer_name_fold_6a166382_like ON public.officers_officer USING btree (name_fold varchar_pattern_ops);

CREATE INDEX officers_officer_staff_number_87f275c1_like ON public.officers_officer USING btree (staff_number varchar_pattern_ops);

CREATE INDEX officers_position_office_id_5ca581d9 ON public.officers_position USING btree (office_id);

CREATE INDEX officers_position_officer_id_6377ace1 ON public.officers_position USING btree (officer_id);

CREATE INDEX officers_substitution_absent_id_b81f87a1 ON public.officers_substitution USING btree (absent_id);

CREATE INDEX officers_substitution_substitute_id_adbbf6df ON public.officers_substitution USING btree (substitute_id);

CREATE INDEX opening_of_share ON public.vault_opening USING btree (share_id, at DESC, id DESC);

CREATE INDEX opinion_asked ON public.correspondence_opinion USING btree (officer_id, asked_at, id) WHERE ((state)::text = 'asked'::text);

CREATE INDEX order_line_key ON public.payments_orderline USING btree (key);

CREATE UNIQUE INDEX order_one_open ON public.payments_order USING btree (payable_id) WHERE ((state)::text = 'open'::text);

CREATE INDEX order_open_amount ON public.payments_order USING btree (amount, opened_at) WHERE ((state)::text = 'open'::text);

CREATE INDEX order_till_kept ON public.payments_order USING btree (taken_by_id, closed_at) WHERE ((closing_id IS NULL) AND ((method)::text = ANY ((ARRAY['cash'::character varying, 'card'::character varying])::text[])));

CREATE INDEX organisations_administrativeunit_parent_id_ca33b87a ON public.organisations_administrativeunit USING btree (parent_id);

CREATE INDEX organisations_office_parent_id_300b44c4 ON public.organisations_office USING btree (parent_id);

CREATE INDEX organisations_office_unit_id_64be0317 ON public.organisations_office USING btree (unit_id);

CREATE INDEX organisations_officecode_office_id_ce03c827 ON public.organisations_officecode USING btree (office_id);

CREATE INDEX organisations_officesuccession_new_id_f0d109ff ON public.organisations_officesuccession USING btree (new_id);

CREATE INDEX organisations_unitsuccession_new_id_f4c20168 ON public.organisations_unitsuccession USING btree (new_id);

CREATE INDEX organisations_unitsuccession_old_id_388b1ecf ON public.organisations_unitsuccession USING btree (old_id);

CREATE INDEX outgoing_in_unit ON public.correspondence_outgoingdocument USING btree (unit_id, begun_at, id) WHERE ((state)::text = ANY ((ARRAY['draft'::character varying, 'review'::character varying, 'signing'::character varying, 'signed'::character varying, 'sealed'::character varying])::text[]));

CREATE INDEX outgoing_issued ON public.correspondence_outgoingdocument USING btree (office_id, issued_at DESC, id DESC);

CREATE INDEX outgoing_letter_dead ON public.exchange_outgoing USING btree (id) WHERE ((state)::text = 'dead'::text);

CREATE INDEX outgoing_letter_key ON public.exchange_outgoing USING btree (key);

CREATE INDEX outgoing_letter_of_partner ON public.exchange_outgoing USING btree (partner_id, id DESC);

CREATE INDEX outgoing_letter_open ON public.exchange_outgoing USING btree (partner_id, about, id) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'dead'::character varying])::text[]));

CREATE INDEX outgoing_letter_waiting ON public.exchange_outgoing USING btree (channel_id, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX outgoing_notation ON public.correspondence_outgoingdocument USING btree (notation) WHERE (NOT ((notation)::text = ''::text));

CREATE INDEX outgoing_of_drafter ON public.correspondence_outgoingdocument USING btree (drafter_id, begun_at DESC, id DESC);

CREATE UNIQUE INDEX outgoing_of_origin_once ON public.correspondence_outgoingdocument USING btree (origin) WHERE (NOT ((origin)::text = ''::text));

CREATE UNIQUE INDEX outgoing_signing_one_at_a_time ON public.correspondence_outgoingsigning USING btree (document_id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX outgoing_signing_waiting ON public.correspondence_outgoingsigning USING btree (asked_at, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX outgoing_to_sign ON public.correspondence_outgoingdocument USING btree (signer_id, begun_at, id) WHERE ((state)::text = 'signing'::text);

CREATE INDEX outgoing_with_clerk ON public.correspondence_outgoingdocument USING btree (office_id, begun_at, id) WHERE ((state)::text = ANY ((ARRAY['review'::character varying, 'signed'::character varying, 'sealed'::character varying])::text[]));

CREATE INDEX paper_by_source ON public.dossiers_paper USING btree (source, id) WHERE (NOT ((source)::text = ''::text));

CREATE INDEX partner_of_channel ON public.exchange_partner USING btree (channel_id, code);

CREATE UNIQUE INDEX party_identity_number_once ON public.citizens_party USING btree (identity_number) WHERE (merged_into_id IS NULL);

CREATE INDEX party_name_fold ON public.citizens_party USING btree (name_fold varchar_pattern_ops, id);

CREATE INDEX party_name_words ON public.citizens_party USING gin (to_tsvector('simple'::regconfig, (COALESCE(name_fold, ''::character varying))::text));

CREATE UNIQUE INDEX party_tax_code_once ON public.citizens_party USING btree (tax_code) WHERE (merged_into_id IS NULL);

CREATE UNIQUE INDEX pause_one_running ON public.dossiers_pause USING btree (dossier_id) WHERE (ended_at IS NULL);

CREATE INDEX payments_attempt_order_id_6dcd86b3 ON public.payments_attempt USING btree (order_id);

CREATE INDEX payments_attempt_reference_79819b33_like ON public.payments_attempt USING btree (reference varchar_pattern_ops);

CREATE INDEX payments_bankfeed_created_by_id_30f3f97e ON public.payments_bankfeed USING btree (created_by_id);

CREATE INDEX payments_bankfeed_office_id_4601d2eb ON public.payments_bankfeed USING btree (office_id);

CREATE INDEX payments_cashclosing_office_id_652df5a1 ON public.payments_cashclosing USING btree (office_id);

CREATE INDEX payments_cashclosing_officer_id_5add09d9 ON public.payments_cashclosing USING btree (officer_id);

CREATE INDEX payments_collectingaccount_decided_by_id_0f2d5fa1 ON public.payments_collectingaccount USING btree (decided_by_id);

CREATE INDEX payments_collectingaccount_office_id_e8a83178 ON public.payments_collectingaccount USING btree (office_id);

CREATE INDEX payments_incoming_office_id_72beec08 ON public.payments_incoming USING btree (office_id);

CREATE INDEX payments_incoming_settled_by_id_ec71f52a ON public.payments_incoming USING btree (settled_by_id);

CREATE INDEX payments_incoming_statement_id_e7e25a7c ON public.payments_incoming USING btree (statement_id);

CREATE INDEX payments_order_closing_id_4fc18de0 ON public.payments_order USING btree (closing_id);

CREATE INDEX payments_order_payable_id_9489245e ON public.payments_order USING btree (payable_id);

CREATE INDEX payments_order_taken_by_id_07935bc5 ON public.payments_order USING btree (taken_by_id);

CREATE INDEX payments_orderline_order_id_97856323 ON public.payments_orderline USING btree (order_id);

CREATE INDEX payments_payable_office_id_e271215e ON public.payments_payable USING btree (office_id);

CREATE INDEX payments_payable_reference_6b755f76_like ON public.payments_payable USING btree (reference varchar_pattern_ops);

CREATE INDEX payments_payable_subject_876c4b81_like ON public.payments_payable USING btree (subject varchar_pattern_ops);

CREATE INDEX payments_receipt_book_id_edf063bd ON public.payments_receipt USING btree (book_id);

CREATE INDEX payments_receipt_ended_by_id_342da92f ON public.payments_receipt USING btree (ended_by_id);

CREATE INDEX payments_receipt_file_id_5446c12c ON public.payments_receipt USING btree (file_id);

CREATE INDEX payments_receipt_issued_by_id_48aa9fb7 ON public.payments_receipt USING btree (issued_by_id);

CREATE INDEX payments_receipt_office_id_4cbed0f5 ON public.payments_receipt USING btree (office_id);

CREATE INDEX payments_receipt_order_id_cd497bc3 ON public.payments_receipt USING btree (order_id);

CREATE INDEX payments_receiptbook_decided_by_id_69992f76 ON public.payments_receiptbook USING btree (decided_by_id);

CREATE INDEX payments_receiptbook_office_id_063101a8 ON public.payments_receiptbook USING btree (office_id);

CREATE INDEX payments_statement_imported_by_id_a2793889 ON public.payments_statement USING btree (imported_by_id);

CREATE INDEX payments_statement_office_id_6f98d681 ON public.payments_statement USING btree (office_id);

CREATE INDEX petition_entries ON public.petitions_entry USING btree (petition_id, at, id);

CREATE INDEX petition_of_office ON public.petitions_petition USING btree (office_id, received_at DESC, id DESC);

CREATE INDEX petition_of_unit ON public.petitions_petition USING btree (unit_id, received_at DESC);

CREATE INDEX petition_open ON public.petitions_petition USING btree (office_id, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX petition_public ON public.petitions_petition USING btree (published_at DESC, id DESC) WHERE (published_at IS NOT NULL);

CREATE INDEX petition_search ON public.petitions_petition USING gin (search);

CREATE INDEX petitions_entry_officer_id_5e6ecef8 ON public.petitions_entry USING btree (officer_id);

CREATE INDEX petitions_entry_petition_id_b788113e ON public.petitions_entry USING btree (petition_id);

CREATE INDEX petitions_petition_code_d102d6ec_like ON public.petitions_petition USING btree (code varchar_pattern_ops);

CREATE INDEX petitions_petition_merged_into_id_bba5a124 ON public.petitions_petition USING btree (merged_into_id);

CREATE INDEX petitions_petition_office_id_3c150453 ON public.petitions_petition USING btree (office_id);

CREATE INDEX petitions_petition_unit_id_52c7c84d ON public.petitions_petition USING btree (unit_id);

CREATE INDEX petitions_petitioner_account_id_b07fcbcc ON public.petitions_petitioner USING btree (account_id);

CREATE INDEX petitions_petitioner_party_id_d63ecd0c ON public.petitions_petitioner USING btree (party_id);

CREATE INDEX petitions_petitioner_wrote_down_id_47197dc3 ON public.petitions_petitioner USING btree (wrote_down_id);

CREATE INDEX petitions_photo_petition_id_09acb686 ON public.petitions_photo USING btree (petition_id);

CREATE INDEX position_of_office ON public.officers_position USING btree (office_id, valid_to);

CREATE UNIQUE INDEX position_once ON public.officers_position USING btree (officer_id, office_id, title) WHERE (valid_to IS NULL);

CREATE UNIQUE INDEX priority_code_once_now ON public.service_centre_prioritygroup USING btree (code) WHERE (valid_to IS NULL);

CREATE INDEX procedures_case_version_id_c8e7194c ON public.procedures_case USING btree (version_id);

CREATE INDEX procedures_casepaper_case_id_65ee4545 ON public.procedures_casepaper USING btree (case_id);

CREATE INDEX procedures_caseterms_case_id_cd1bb22b ON public.procedures_caseterms USING btree (case_id);

CREATE INDEX procedures_caseterms_version_id_99e5b4cb ON public.procedures_caseterms USING btree (version_id);

CREATE INDEX procedures_feeitem_terms_id_3e52c212 ON public.procedures_feeitem USING btree (terms_id);

CREATE INDEX procedures_guide_code_f4156aa5_like ON public.procedures_guide USING btree (code varchar_pattern_ops);

CREATE INDEX procedures_guide_current_version_id_249c72ff ON public.procedures_guide USING btree (current_version_id);

CREATE INDEX procedures_guideversion_guide_id_fe32c34b ON public.procedures_guideversion USING btree (guide_id);

CREATE INDEX procedures_packagefile_version_id_edd0a0e6 ON public.procedures_packagefile USING btree (version_id);

CREATE INDEX procedures_procedure_code_e4d5567f_like ON public.procedures_procedure USING btree (code varchar_pattern_ops);

CREATE INDEX procedures_procedure_current_version_id_42e00dff ON public.procedures_procedure USING btree (current_version_id);

CREATE INDEX procedures_procedureversion_procedure_id_8362303d ON public.procedures_procedureversion USING btree (procedure_id);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE UNIQUE INDEX proposal_one_waiting ON public.dossiers_supplementproposal USING btree (dossier_id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX proposal_to_approve ON public.dossiers_supplementproposal USING btree (approver_id, proposed_at, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX ratings_answer_device_id_7224dda1 ON public.ratings_answer USING btree (device_id);

CREATE INDEX ratings_inspection_recorded_by_id_7a1ad227 ON public.ratings_inspection USING btree (recorded_by_id);

CREATE INDEX ratings_invitation_procedure_id_9a648f61 ON public.ratings_invitation USING btree (procedure_id);

CREATE INDEX ratings_invitation_receiving_office_id_34d37497 ON public.ratings_invitation USING btree (receiving_office_id);

CREATE INDEX ratings_share_invitation_id_f1d3d3ef ON public.ratings_share USING btree (invitation_id);

CREATE INDEX ratings_share_office_id_475963f3 ON public.ratings_share USING btree (office_id);

CREATE INDEX ratings_share_officer_id_39ff7b8f ON public.ratings_share USING btree (officer_id);

CREATE INDEX receipt_book_newest ON public.payments_receiptbook USING btree (valid_from DESC, id DESC);

CREATE INDEX receipt_newest ON public.payments_receipt USING btree (office_id, issued_at DESC, id DESC);

CREATE UNIQUE INDEX receipt_one_valid ON public.payments_receipt USING btree (order_id) WHERE ((state)::text = 'issued'::text);

CREATE INDEX receipt_unsealed ON public.payments_receipt USING btree (issued_at, id) WHERE (file_id IS NULL);

CREATE INDEX recipient_identifier ON public.correspondence_recipient USING btree (identifier) WHERE (NOT ((identifier)::text = ''::text));

CREATE INDEX recipient_to_mail ON public.correspondence_recipient USING btree (id) WHERE ((mailing)::text = 'queued'::text);

CREATE INDEX records_appraisal_approved_by_id_d8a7167b ON public.records_appraisal USING btree (approved_by_id);

CREATE INDEX records_appraisal_begun_by_id_461796f7 ON public.records_appraisal USING btree (begun_by_id);

CREATE INDEX records_appraisal_council_minutes_id_41fc268c ON public.records_appraisal USING btree (council_minutes_id);

CREATE INDEX records_appraisal_decision_id_4b298027 ON public.records_appraisal USING btree (decision_id);

CREATE INDEX records_appraisal_listing_id_7cd20554 ON public.records_appraisal USING btree (listing_id);

CREATE INDEX records_appraisal_made_by_id_0b906e37 ON public.records_appraisal USING btree (made_by_id);

CREATE INDEX records_appraisal_minutes_id_8590516c ON public.records_appraisal USING btree (minutes_id);

CREATE INDEX records_appraisedfile_appraisal_id_3c62e98e ON public.records_appraisedfile USING btree (appraisal_id);

CREATE INDEX records_appraisedfile_file_id_32e5b5ae ON public.records_appraisedfile USING btree (file_id);

CREATE INDEX records_ballot_member_id_d585042b ON public.records_ballot USING btree (member_id);

CREATE INDEX records_ballot_row_id_fc0f5723 ON public.records_ballot USING btree (row_id);

CREATE INDEX records_councilmember_appraisal_id_561d89bd ON public.records_councilmember USING btree (appraisal_id);

CREATE INDEX records_councilmember_officer_id_a7c1e9e8 ON public.records_councilmember USING btree (officer_id);

CREATE INDEX records_entry_added_by_id_2d4dd08a ON public.records_entry USING btree (added_by_id);

CREATE INDEX records_entry_incoming_id_33f472ed ON public.records_entry USING btree (incoming_id);

CREATE INDEX records_entry_outgoing_id_70e29974 ON public.records_entry USING btree (outgoing_id);

CREATE INDEX records_entry_upload_id_202a1c6c ON public.records_entry USING btree (upload_id);

CREATE INDEX records_filelist_approved_by_id_bbcab463 ON public.records_filelist USING btree (approved_by_id);

CREATE INDEX records_filelist_made_by_id_55cfc07d ON public.records_filelist USING btree (made_by_id);

CREATE INDEX records_handover_by_id_77ac14d3 ON public.records_handover USING btree (by_id);

CREATE INDEX records_handover_giver_id_80efdcc1 ON public.records_handover USING btree (giver_id);

CREATE INDEX records_handover_minutes_id_50e87e9b ON public.records_handover USING btree (minutes_id);

CREATE INDEX records_handover_taker_id_9c1adc59 ON public.records_handover USING btree (taker_id);

CREATE INDEX records_handover_unit_id_27875b1e ON public.records_handover USING btree (unit_id);

CREATE INDEX records_handoverfile_file_id_1b1e98f8 ON public.records_handoverfile USING btree (file_id);

CREATE INDEX records_handoverfile_handover_id_fb603872 ON public.records_handoverfile USING btree (handover_id);

CREATE INDEX records_hold_lifted_by_id_48e3be9b ON public.records_hold USING btree (lifted_by_id);

CREATE INDEX records_hold_placed_by_id_75fa6c86 ON public.records_hold USING btree (placed_by_id);

CREATE INDEX records_listedfile_list_id_07b5b0d1 ON public.records_listedfile USING btree (list_id);

CREATE INDEX records_pinnedfile_entry_id_7c90eb1c ON public.records_pinnedfile USING btree (entry_id);

CREATE INDEX records_pinnedfile_stored_id_6c00d384 ON public.records_pinnedfile USING btree (stored_id);

CREATE INDEX records_share_asked_by_id_01dc8ef4 ON public.records_share USING btree (asked_by_id);

CREATE INDEX records_share_decided_by_id_7c7fc69c ON public.records_share USING btree (decided_by_id);

CREATE INDEX records_transfer_accepted_by_id_ba9f0206 ON public.records_transfer USING btree (accepted_by_id);

CREATE INDEX records_transfer_listing_id_7cbc629e ON public.records_transfer USING btree (listing_id);

CREATE INDEX records_transfer_minutes_id_81c5276d ON public.records_transfer USING btree (minutes_id);

CREATE INDEX records_transfer_prepared_by_id_f707d9e3 ON public.records_transfer USING btree (prepared_by_id);

CREATE INDEX records_transferredfile_file_id_15dc1c50 ON public.records_transferredfile USING btree (file_id);

CREATE INDEX records_transferredfile_package_id_2562d63e ON public.records_transferredfile USING btree (package_id);

CREATE INDEX records_transferredfile_transfer_id_e6ad706d ON public.records_transferredfile USING btree (transfer_id);

CREATE INDEX records_workfile_opened_by_id_754a5cee ON public.records_workfile USING btree (opened_by_id);

CREATE INDEX refund_of_order ON public.payments_refund USING btree (order_id, given_at);

CREATE INDEX refund_till_kept ON public.payments_refund USING btree (order_id) WHERE ((closing_id IS NULL) AND ((method)::text = ANY ((ARRAY['cash'::character varying, 'card'::character varying])::text[])));

CREATE INDEX refusal_newest ON public.exchange_refusal USING btree (at DESC, id DESC);

CREATE INDEX registers_counter_series_id_0accd630 ON public.registers_counter USING btree (series_id);

CREATE INDEX registers_numberseries_code_223c8dc0_like ON public.registers_numberseries USING btree (code varchar_pattern_ops);

CREATE UNIQUE INDEX representation_once ON public.citizens_representation USING btree (party_id, representative_id, kind) WHERE (valid_to IS NULL);

CREATE UNIQUE INDEX reserved_number_held_once ON public.correspondence_reservednumber USING btree (held_for) WHERE ((NOT ((held_for)::text = ''::text)) AND (skipped_at IS NULL));

CREATE UNIQUE INDEX reset_one_open ON public.accounts_factorreset USING btree (account_id) WHERE (confirmed_at IS NULL);

CREATE INDEX result_copy_newest ON public.dossiers_resultcopy USING btree (result_id, asked_at DESC, id DESC);

CREATE UNIQUE INDEX result_copy_one_at_a_time ON public.dossiers_resultcopy USING btree (result_id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX result_signing_by_transaction ON public.dossiers_resultsigning USING btree (transaction_id, id);

CREATE UNIQUE INDEX result_signing_one_at_a_time ON public.dossiers_resultsigning USING btree (result_id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX result_signing_waiting ON public.dossiers_resultsigning USING btree (asked_at, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX revocation_statement_by_end ON public.signing_revocationstatement USING btree (next_update, id);

CREATE INDEX scan_of_subject ON public.scanning_scan USING btree (subject, target, created_at DESC);

CREATE UNIQUE INDEX scan_open_once ON public.scanning_scan USING btree (purpose, subject, target) WHERE ((state)::text = ANY ((ARRAY['collecting'::character varying, 'waiting'::character varying, 'working'::character varying])::text[]));

CREATE INDEX scan_stack_of_office ON public.correspondence_scanstack USING btree (office_id, taken_at DESC, id DESC);

CREATE INDEX scanning_scan_file_id_bf457c19 ON public.scanning_scan USING btree (file_id);

CREATE INDEX scanning_scanpage_file_id_076a724f ON public.scanning_scanpage USING btree (file_id);

CREATE INDEX scanning_scanpage_scan_id_6fd7bf3e ON public.scanning_scanpage USING btree (scan_id);

CREATE INDEX search_document ON public.dossiers_searchentry USING gin (document);

CREATE INDEX search_entry_field ON public.procedures_searchentry USING btree (field);

CREATE INDEX search_entry_order ON public.procedures_searchentry USING btree (sort_name, procedure_id);

CREATE INDEX search_entry_words ON public.procedures_searchentry USING gin (words);

CREATE INDEX search_newest ON public.dossiers_searchentry USING btree (submitted_at DESC, dossier_id DESC);

CREATE INDEX service_centre_booking_account_id_2deacb68 ON public.service_centre_booking USING btree (account_id);

CREATE INDEX service_centre_booking_code_5faa7b4e_like ON public.service_centre_booking USING btree (code varchar_pattern_ops);

CREATE INDEX service_centre_booking_service_id_9ebb741d ON public.service_centre_booking USING btree (service_id);

CREATE INDEX service_centre_counter_centre_id_3d96689d ON public.service_centre_counter USING btree (centre_id);

CREATE INDEX service_centre_counter_officer_id_2235320f ON public.service_centre_counter USING btree (officer_id);

CREATE INDEX service_centre_counter_services_counter_id_d5874f14 ON public.service_centre_counter_services USING btree (counter_id);

CREATE INDEX service_centre_counter_services_service_id_c2f49882 ON public.service_centre_counter_services USING btree (service_id);

CREATE INDEX service_centre_device_centre_id_69f66f2f ON public.service_centre_device USING btree (centre_id);

CREATE INDEX service_centre_device_counter_id_86ff73a9 ON public.service_centre_device USING btree (counter_id);

CREATE INDEX service_centre_device_digest_6851d017_like ON public.service_centre_device USING btree (digest varchar_pattern_ops);

CREATE INDEX service_centre_prioritygroup_code_5c0b8fe9 ON public.service_centre_prioritygroup USING btree (code);

CREATE INDEX service_centre_prioritygroup_code_5c0b8fe9_like ON public.service_centre_prioritygroup USING btree (code varchar_pattern_ops);

CREATE INDEX service_centre_service_centre_id_2486468b ON public.service_centre_service USING btree (centre_id);

CREATE INDEX service_centre_specialday_centre_id_2a687de9 ON public.service_centre_specialday USING btree (centre_id);

CREATE INDEX service_centre_ticket_centre_id_33a3ae88 ON public.service_centre_ticket USING btree (centre_id);

CREATE INDEX service_centre_ticket_counter_id_e1c97bac ON public.service_centre_ticket USING btree (counter_id);

CREATE INDEX service_centre_ticket_officer_id_9a091993 ON public.service_centre_ticket USING btree (officer_id);

CREATE INDEX service_centre_ticket_priority_id_635d5548 ON public.service_centre_ticket USING btree (priority_id);

CREATE INDEX service_centre_ticket_service_id_3fd2597b ON public.service_centre_ticket USING btree (service_id);

CREATE INDEX session_expiry ON public.accounts_session USING btree (expires_at);

CREATE INDEX session_of_account ON public.accounts_session USING btree (account_id, seen_at DESC);

CREATE INDEX share_of_file ON public.records_share USING btree (file_id);

CREATE INDEX share_of_office ON public.records_share USING btree (office_id, file_id) WHERE (office_id IS NOT NULL);

CREATE INDEX share_of_officer ON public.records_share USING btree (officer_id, file_id) WHERE (officer_id IS NOT NULL);

CREATE INDEX share_of_paper ON public.vault_share USING btree (kept_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX share_once ON public.records_share USING btree (file_id, officer_id, office_id) NULLS NOT DISTINCT WHERE ((state)::text = ANY ((ARRAY['asked'::character varying, 'granted'::character varying, 'ending'::character varying])::text[]));

CREATE INDEX signed_file_due ON public.signing_signedfile USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX signed_file_open ON public.signing_signedfile USING btree (registered_at, id) WHERE (NOT ((state)::text = 'reached'::text));

CREATE INDEX signed_version_by_digest ON public.signing_signedversion USING btree (digest);

CREATE INDEX signing_certificate_by_end ON public.signing_signingcertificate USING btree (valid_to, id);

CREATE INDEX signing_certificate_by_holder ON public.signing_signingcertificate USING btree (holder_id, valid_to DESC);

CREATE UNIQUE INDEX signing_certificate_once_in_use ON public.signing_signingcertificate USING btree (holder_id, provider, fingerprint) WHERE (withdrawn_at IS NULL);

CREATE INDEX signing_filecheck_digest_b711317d_like ON public.signing_filecheck USING btree (digest varchar_pattern_ops);

CREATE INDEX signing_means_by_holder ON public.signing_signingmeans USING btree (holder_id, registered_at);

CREATE UNIQUE INDEX signing_means_once ON public.signing_signingmeans USING btree (holder_id, provider, "values") WHERE (withdrawn_at IS NULL);

CREATE INDEX signing_partner_request_kept ON public.signing_partnerrequest USING btree (service, expires_at) WHERE (size > 0);

CREATE INDEX signing_partner_request_open ON public.signing_partnerrequest USING btree (certificate_id, asked_at, id) WHERE ((ended_at IS NULL) AND (transaction_id IS NULL));

CREATE INDEX signing_partnerdocument_file_id_7cf307e4 ON public.signing_partnerdocument USING btree (file_id);

CREATE INDEX signing_partnerdocument_request_id_5fcb9d7c ON public.signing_partnerdocument USING btree (request_id);

CREATE INDEX signing_partnerrequest_certificate_id_a4271fb3 ON public.signing_partnerrequest USING btree (certificate_id);

CREATE UNIQUE INDEX signing_picture_one_in_use ON public.signing_signingpicture USING btree (holder_id) WHERE (ended_at IS NULL);

CREATE INDEX signing_servicestanding_provider_3900d9af_like ON public.signing_servicestanding USING btree (provider varchar_pattern_ops);

CREATE INDEX signing_signedfile_file_id_1b91d0ac ON public.signing_signedfile USING btree (file_id);

CREATE INDEX signing_signedversion_file_id_a4711976 ON public.signing_signedversion USING btree (file_id);

CREATE INDEX signing_signingcertificate_means_id_0fc6dc63 ON public.signing_signingcertificate USING btree (means_id);

CREATE INDEX signing_signingdocument_transaction_id_9f9a4e63 ON public.signing_signingdocument USING btree (transaction_id);

CREATE INDEX signing_signingtransaction_certificate_id_32ad5c5b ON public.signing_signingtransaction USING btree (certificate_id);

CREATE INDEX signing_suspension_open ON public.signing_suspension USING btree (issuer, serial) WHERE (until IS NULL);

CREATE INDEX signing_transaction_waiting ON public.signing_signingtransaction USING btree (started_at, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX signing_transaction_watched ON public.signing_signingtransaction USING btree (watched_until, id) WHERE (watched_until IS NOT NULL);

CREATE INDEX signing_transaction_with ON public.signing_signingtransaction USING btree (certificate_id, started_at DESC);

CREATE INDEX signing_trustanchor_fingerprint_544efbcb_like ON public.signing_trustanchor USING btree (fingerprint varchar_pattern_ops);

CREATE INDEX statement_of_parent ON public.families_statement USING btree (parent_id, stated_at DESC, id DESC);

CREATE INDEX stored_file_unkept ON public.blobs_storedfile USING btree (created_at) WHERE (NOT kept);

CREATE INDEX supplement_lapsing ON public.dossiers_supplement USING btree (lapses_at, id) WHERE (answered_at IS NULL);

CREATE UNIQUE INDEX supplement_one_waiting ON public.dossiers_supplement USING btree (dossier_id) WHERE (answered_at IS NULL);

CREATE INDEX task_by_due ON public.tasks_task USING btree (sort_due, id);

CREATE INDEX task_of_leader ON public.tasks_task USING btree (leader_id, sort_due, id);

CREATE INDEX task_of_officer ON public.tasks_task USING btree (officer_id, sort_due, id) WHERE ((state)::text = 'doing'::text);

CREATE INDEX task_of_unit ON public.tasks_task USING btree (unit_id, sort_due, id);

CREATE INDEX task_to_settle ON public.tasks_task USING btree (office_id, sort_due, id) WHERE ((state)::text = ANY ((ARRAY['submitted'::character varying, 'returned'::character varying])::text[]));

CREATE INDEX task_warned ON public.tasks_task USING btree (soon_at, id) WHERE ((state)::text = ANY ((ARRAY['doing'::character varying, 'ordered'::character varying, 'reported'::character varying])::text[]));

CREATE INDEX tasks_extension_answered_by_id_f218f175 ON public.tasks_extension USING btree (answered_by_id);

CREATE INDEX tasks_extension_asked_by_id_ae7dabe2 ON public.tasks_extension USING btree (asked_by_id);

CREATE INDEX tasks_extension_task_id_15aac11c ON public.tasks_extension USING btree (task_id);

CREATE INDEX tasks_involved_done_by_id_d1f7cde3 ON public.tasks_involved USING btree (done_by_id);

CREATE INDEX tasks_involved_task_id_52ad38a4 ON public.tasks_involved USING btree (task_id);

CREATE INDEX tasks_report_by_id_bff7783c ON public.tasks_report USING btree (by_id);

CREATE INDEX tasks_report_office_id_cdab93d3 ON public.tasks_report USING btree (office_id);

CREATE INDEX tasks_report_task_id_efa91440 ON public.tasks_report USING btree (task_id);

CREATE INDEX tasks_reportfile_file_id_a20fbd6f ON public.tasks_reportfile USING btree (file_id);

CREATE INDEX tasks_reportfile_report_id_f7aa26ae ON public.tasks_reportfile USING btree (report_id);

CREATE INDEX tasks_task_code_2ccf0a19_like ON public.tasks_task USING btree (code varchar_pattern_ops);

CREATE INDEX tasks_task_document_id_28f7974d ON public.tasks_task USING btree (document_id);

CREATE INDEX tasks_task_given_by_id_2c3c26f2 ON public.tasks_task USING btree (given_by_id);

CREATE INDEX tasks_task_parent_id_ee6a2001 ON public.tasks_task USING btree (parent_id);

CREATE INDEX tasks_task_root_id_972ad783 ON public.tasks_task USING btree (root_id);

CREATE INDEX ticket_announced ON public.service_centre_ticket USING btree (centre_id, announced_at DESC);

CREATE INDEX ticket_of_counter ON public.service_centre_ticket USING btree (counter_id, ended_at DESC);

CREATE INDEX ticket_of_day ON public.service_centre_ticket USING btree (centre_id, day, issued_at, id);

CREATE UNIQUE INDEX ticket_one_at_a_counter ON public.service_centre_ticket USING btree (counter_id) WHERE ((state)::text = 'called'::text);

CREATE INDEX ticket_queue ON public.service_centre_ticket USING btree (centre_id, rank_at, id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX ticket_served ON public.service_centre_ticket USING btree (service_id, ended_at DESC) WHERE ((state)::text = 'finished'::text);

CREATE INDEX timer_running ON public.dossiers_timer USING btree (due_at, id) WHERE (fired_at IS NULL);

CREATE INDEX transfer_of_office ON public.records_transfer USING btree (office_id, prepared_at DESC, id DESC);

CREATE INDEX transfer_of_unit ON public.records_transfer USING btree (unit_id, prepared_at DESC, id DESC);

CREATE UNIQUE INDEX unit_code_once_now ON public.organisations_administrativeunit USING btree (level, code) WHERE (valid_to IS NULL);

CREATE INDEX unit_name_fold ON public.organisations_administrativeunit USING btree (name_fold);

CREATE UNIQUE INDEX unit_one_heir ON public.organisations_unitsuccession USING btree (old_id) WHERE heir;

CREATE INDEX vault_keptpaper_added_by_id_ef31f211 ON public.vault_keptpaper USING btree (added_by_id);

CREATE INDEX vault_keptpaper_dossier_id_88bc1ad2 ON public.vault_keptpaper USING btree (dossier_id);

CREATE INDEX vault_keptpaper_file_id_bc31a4ea ON public.vault_keptpaper USING btree (file_id);

CREATE INDEX vault_keptpaper_procedure_id_a8974024 ON public.vault_keptpaper USING btree (procedure_id);

CREATE INDEX vault_opening_share_id_120bc5cb ON public.vault_opening USING btree (share_id);

CREATE INDEX vault_share_created_by_id_da874340 ON public.vault_share USING btree (created_by_id);

CREATE INDEX vault_share_kept_id_9d6bdaa6 ON public.vault_share USING btree (kept_id);

CREATE INDEX web_idempotencykey_created_at_03fbde64 ON public.web_idempotencykey USING btree (created_at);

CREATE INDEX web_ratecounter_window_start_fe79bbe5 ON public.web_ratecounter USING btree (window_start);

CREATE INDEX webhook_live ON public.webhooks_webhook USING btree (created_at DESC, id DESC) WHERE (ended_at IS NULL);

CREATE INDEX webhooks_delivery_event_id_b6f5af91 ON public.webhooks_delivery USING btree (event_id);

CREATE INDEX webhooks_delivery_webhook_id_27345d75 ON public.webhooks_delivery USING btree (webhook_id);

CREATE INDEX webhooks_webhook_account_id_a7c58302 ON public.webhooks_webhook USING btree (account_id);

CREATE INDEX work_file_due ON public.records_workfile USING btree (transfer_due, id) WHERE ((state)::text = 'closed'::text);

CREATE INDEX work_file_expired ON public.records_workfile USING btree (office_id, kept_until, id) WHERE ((NOT permanent) AND ((state)::text = ANY ((ARRAY['closed'::character varying, 'archived'::character varying])::text[])));

CREATE INDEX work_file_of_agency ON public.records_workfile USING btree (office_id, year, notation, id);

CREATE INDEX work_file_of_keeper ON public.records_workfile USING btree (keeper_id, opened_at DESC, id DESC);

CREATE INDEX work_file_of_unit ON public.records_workfile USING btree (unit_id, opened_at DESC, id DESC);

CREATE INDEX work_open_assignee ON public.dossiers_workitem USING btree (assignee_id, due_at, id) WHERE (((kind)::text = 'step'::text) AND ((state)::text = 'open'::text));

CREATE INDEX work_open_of_office ON public.dossiers_workitem USING btree (office_id, COALESCE(due_at, '9999-01-01 00:00:00+00'::timestamp with time zone), id) INCLUDE (role, assignee_id, due_at, paused) WHERE (((kind)::text = 'step'::text) AND ((state)::text = 'open'::text));

CREATE INDEX worktime_calendarday_calendar_year_id_def3c31b ON public.worktime_calendarday USING btree (calendar_year_id);

CREATE TRIGGER dossiers_involve_home AFTER INSERT OR UPDATE OF receiving_office_id, resolving_office_id ON public.dossiers_dossier FOR EACH ROW EXECUTE FUNCTION public.dossiers_involve_home();

CREATE TRIGGER dossiers_involve_office AFTER INSERT ON public.dossiers_workitem FOR EACH ROW WHEN ((new.office_id IS NOT NULL)) EXECUTE FUNCTION public.dossiers_involve_office();

CREATE TRIGGER dossiers_involve_other_office AFTER UPDATE OF office_id ON public.dossiers_workitem FOR EACH ROW WHEN ((new.office_id IS DISTINCT FROM old.office_id)) EXECUTE FUNCTION public.dossiers_involve_other_office();

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events_accessrecord FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse();

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events_event FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse();

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events_skippedevent FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse();

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events_treehead FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse();

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events_treekey FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse();

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events_treeleaf FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse();

CREATE TRIGGER events_erase_only BEFORE UPDATE ON public.events_eventpayload FOR EACH ROW EXECUTE FUNCTION public.events_erase_only();

CREATE TRIGGER events_forward_only BEFORE UPDATE ON public.events_streamhead FOR EACH ROW EXECUTE FUNCTION public.events_forward_only();

CREATE TRIGGER events_grow_only BEFORE UPDATE ON public.events_treetile FOR EACH ROW EXECUTE FUNCTION public.events_grow_only();

CREATE TRIGGER events_in_order BEFORE INSERT ON public.events_event FOR EACH ROW EXECUTE FUNCTION public.events_in_order();

CREATE TRIGGER events_stay BEFORE DELETE OR TRUNCATE ON public.events_eventpayload FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse();

CREATE TRIGGER events_stay BEFORE DELETE OR TRUNCATE ON public.events_streamhead FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse();

CREATE TRIGGER events_stay BEFORE DELETE OR TRUNCATE ON public.events_treetile FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse();

CREATE CONSTRAINT TRIGGER payments_order_line_total AFTER INSERT OR DELETE OR UPDATE ON public.payments_orderline DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.payments_check_order_total();

CREATE CONSTRAINT TRIGGER payments_order_total AFTER INSERT OR UPDATE OF amount ON public.payments_order DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.payments_check_order_total();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER records_guard BEFORE UPDATE OF blob_id ON public.blobs_storedfile FOR EACH ROW WHEN (((new.blob_id)::text IS DISTINCT FROM (old.blob_id)::text)) EXECUTE FUNCTION public.records_guard_stored();

CREATE TRIGGER records_guard BEFORE UPDATE ON public.records_appraisal FOR EACH ROW EXECUTE FUNCTION public.records_guard_appraisal();

CREATE TRIGGER records_guard BEFORE INSERT OR DELETE OR UPDATE ON public.records_appraisedfile FOR EACH ROW EXECUTE FUNCTION public.records_guard_appraised();

CREATE TRIGGER records_guard BEFORE INSERT OR DELETE OR UPDATE ON public.records_ballot FOR EACH ROW EXECUTE FUNCTION public.records_guard_ballot();

CREATE TRIGGER records_guard BEFORE INSERT OR DELETE OR UPDATE ON public.records_councilmember FOR EACH ROW EXECUTE FUNCTION public.records_guard_council();

CREATE TRIGGER records_guard BEFORE INSERT OR DELETE OR UPDATE ON public.records_entry FOR EACH ROW EXECUTE FUNCTION public.records_guard_entry();

CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE ON public.records_hold FOR EACH ROW EXECUTE FUNCTION public.records_guard_hold();

CREATE TRIGGER records_guard BEFORE INSERT OR DELETE OR UPDATE ON public.records_pinnedfile FOR EACH ROW EXECUTE FUNCTION public.records_guard_pinned();

CREATE TRIGGER records_guard BEFORE UPDATE ON public.records_workfile FOR EACH ROW EXECUTE FUNCTION public.records_guard_file();

CREATE TRIGGER records_guard_destruction BEFORE UPDATE OF state ON public.records_workfile FOR EACH ROW WHEN ((((new.state)::text = 'destroyed'::text) AND ((old.state)::text <> 'destroyed'::text))) EXECUTE FUNCTION public.records_guard_destruction();

CREATE TRIGGER records_stay BEFORE DELETE OR TRUNCATE ON public.records_appraisal FOR EACH STATEMENT EXECUTE FUNCTION public.records_never();

CREATE TRIGGER records_stay BEFORE DELETE OR TRUNCATE ON public.records_hold FOR EACH STATEMENT EXECUTE FUNCTION public.records_never();

CREATE TRIGGER records_stay BEFORE DELETE OR TRUNCATE ON public.records_workfile FOR EACH STATEMENT EXECUTE FUNCTION public.records_never();

ALTER TABLE ONLY public.accounts_apitoken
    ADD CONSTRAINT accounts_apitoken_account_id_c5e627d6_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_externalidentity
    ADD CONSTRAINT accounts_externalide_account_id_35b03861_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_factor
    ADD CONSTRAINT accounts_factor_account_id_195da30a_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_factorreset
    ADD CONSTRAINT accounts_factorreset_account_id_524ff018_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_factorreset
    ADD CONSTRAINT accounts_factorreset_confirmed_by_id_1e71b294_fk_accounts_ FOREIGN KEY (confirmed_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_factorreset
    ADD CONSTRAINT accounts_factorreset_started_by_id_6ccb2bde_fk_accounts_ FOREIGN KEY (started_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_keptform
    ADD CONSTRAINT accounts_keptform_account_id_36be5cc0_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_recoverycode
    ADD CONSTRAINT accounts_recoverycod_account_id_ac51ca41_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_session
    ADD CONSTRAINT accounts_session_account_id_13077c3e_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_startcode
    ADD CONSTRAINT accounts_startcode_account_id_d904a8c8_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_startcode
    ADD CONSTRAINT accounts_startcode_issued_by_id_af3d4a0a_fk_accounts_account_id FOREIGN KEY (issued_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_batch
    ADD CONSTRAINT batches_batch_account_id_fab35cee_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_batch
    ADD CONSTRAINT batches_batch_applicant_id_5976e39d_fk_citizens_party_id FOREIGN KEY (applicant_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_batch
    ADD CONSTRAINT batches_batch_case_id_060ae8a6_fk_procedures_case_id FOREIGN KEY (case_id) REFERENCES public.procedures_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_batch
    ADD CONSTRAINT batches_batch_office_id_413c70f7_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_batch
    ADD CONSTRAINT batches_batch_procedure_version_id_381dbac5_fk_procedure FOREIGN KEY (procedure_version_id) REFERENCES public.procedures_procedureversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_line
    ADD CONSTRAINT batches_line_batch_id_871b1ac7_fk_batches_batch_id FOREIGN KEY (batch_id) REFERENCES public.batches_batch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_line
    ADD CONSTRAINT batches_line_dossier_id_fc45f290_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_sharedpaper
    ADD CONSTRAINT batches_sharedpaper_batch_id_274104dd_fk_batches_batch_id FOREIGN KEY (batch_id) REFERENCES public.batches_batch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_sharedpaper
    ADD CONSTRAINT batches_sharedpaper_case_paper_id_8c305029_fk_procedure FOREIGN KEY (case_paper_id) REFERENCES public.procedures_casepaper(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.batches_sharedpaper
    ADD CONSTRAINT batches_sharedpaper_file_id_a2f06993_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.blobs_storedfile
    ADD CONSTRAINT blobs_storedfile_blob_id_1d748e7e_fk_blobs_blob_digest FOREIGN KEY (blob_id) REFERENCES public.blobs_blob(digest) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.citizens_party
    ADD CONSTRAINT citizens_party_account_id_69ffdd14_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.citizens_party
    ADD CONSTRAINT citizens_party_merged_into_id_fe1e6590_fk_citizens_party_id FOREIGN KEY (merged_into_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.citizens_representation
    ADD CONSTRAINT citizens_representat_representative_id_1375988f_fk_citizens_ FOREIGN KEY (representative_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.citizens_representation
    ADD CONSTRAINT citizens_representation_party_id_b9d1934a_fk_citizens_party_id FOREIGN KEY (party_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connectors_call
    ADD CONSTRAINT connectors_call_consent_id_3cde883b_fk_connectors_consent_id FOREIGN KEY (consent_id) REFERENCES public.connectors_consent(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connectors_call
    ADD CONSTRAINT connectors_call_description_id_f01728c3_fk_connector FOREIGN KEY (description_id) REFERENCES public.connectors_description(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connectors_call
    ADD CONSTRAINT connectors_call_system_id_19e0019d_fk_connectors_linesystem_id FOREIGN KEY (system_id) REFERENCES public.connectors_linesystem(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connectors_call
    ADD CONSTRAINT connectors_call_whose_id_458ac1dd_fk_citizens_party_id FOREIGN KEY (whose_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connectors_consent
    ADD CONSTRAINT connectors_consent_given_by_id_9a48d960_fk_accounts_account_id FOREIGN KEY (given_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connectors_consent
    ADD CONSTRAINT connectors_consent_party_id_88d180c5_fk_citizens_party_id FOREIGN KEY (party_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connectors_consent
    ADD CONSTRAINT connectors_consent_withdrawn_by_id_8fa3a655_fk_accounts_ FOREIGN KEY (withdrawn_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connectors_description
    ADD CONSTRAINT connectors_descripti_saved_by_id_1087efe8_fk_accounts_ FOREIGN KEY (saved_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connectors_description
    ADD CONSTRAINT connectors_descripti_system_id_885a0e76_fk_connector FOREIGN KEY (system_id) REFERENCES public.connectors_linesystem(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_arrivalstamp
    ADD CONSTRAINT correspondence_arriv_asked_by_id_e729358f_fk_accounts_ FOREIGN KEY (asked_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_arrivalstamp
    ADD CONSTRAINT correspondence_arriv_file_id_e583fe5e_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_arrivalstamp
    ADD CONSTRAINT correspondence_arriv_original_id_3e8b2ddd_fk_correspon FOREIGN KEY (original_id) REFERENCES public.correspondence_incomingfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_arrivalstamp
    ADD CONSTRAINT correspondence_arriv_transaction_id_1581c971_fk_signing_s FOREIGN KEY (transaction_id) REFERENCES public.signing_signingtransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_assignment
    ADD CONSTRAINT correspondence_assig_assigned_by_id_4f2bc56e_fk_accounts_ FOREIGN KEY (assigned_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_assignment
    ADD CONSTRAINT correspondence_assig_document_id_8df66fff_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_assignment
    ADD CONSTRAINT correspondence_assig_ended_by_id_f1490fbb_fk_accounts_ FOREIGN KEY (ended_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_assignment
    ADD CONSTRAINT correspondence_assig_office_id_1df724fe_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_assignment
    ADD CONSTRAINT correspondence_assig_officer_id_6cbfdd99_fk_accounts_ FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_assignment
    ADD CONSTRAINT correspondence_assig_parent_id_8d6b5793_fk_correspon FOREIGN KEY (parent_id) REFERENCES public.correspondence_assignment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_delivery_also
    ADD CONSTRAINT correspondence_deliv_delivery_id_544275c2_fk_correspon FOREIGN KEY (delivery_id) REFERENCES public.correspondence_delivery(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_delivery
    ADD CONSTRAINT correspondence_deliv_document_id_178532e2_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_delivery
    ADD CONSTRAINT correspondence_deliv_earlier_id_a9429154_fk_correspon FOREIGN KEY (earlier_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_delivery_also
    ADD CONSTRAINT correspondence_deliv_incomingdocument_id_1089ff9d_fk_correspon FOREIGN KEY (incomingdocument_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_documentcopy
    ADD CONSTRAINT correspondence_docum_asked_by_id_4a080d1a_fk_accounts_ FOREIGN KEY (asked_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_documentcopy
    ADD CONSTRAINT correspondence_docum_file_id_81e7721f_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_documentcopy
    ADD CONSTRAINT correspondence_docum_incoming_id_8bfe10aa_fk_correspon FOREIGN KEY (incoming_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_documentcopy
    ADD CONSTRAINT correspondence_docum_office_id_d7151ef1_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_documentcopy
    ADD CONSTRAINT correspondence_docum_original_id_caabf1fc_fk_blobs_sto FOREIGN KEY (original_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_documentcopy
    ADD CONSTRAINT correspondence_docum_outgoing_id_940aa5ac_fk_correspon FOREIGN KEY (outgoing_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_documentcopy
    ADD CONSTRAINT correspondence_docum_transaction_id_dce5f03c_fk_signing_s FOREIGN KEY (transaction_id) REFERENCES public.signing_signingtransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_draftversion
    ADD CONSTRAINT correspondence_draft_document_id_a69f495a_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_draftversion
    ADD CONSTRAINT correspondence_draft_file_id_857e4b70_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_draftversion
    ADD CONSTRAINT correspondence_draft_made_by_id_aa463b08_fk_accounts_ FOREIGN KEY (made_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_draftversion
    ADD CONSTRAINT correspondence_draft_source_id_ef39a06e_fk_blobs_sto FOREIGN KEY (source_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_filetext
    ADD CONSTRAINT correspondence_filetext_blob_id_32b7dfed_fk_blobs_blob_digest FOREIGN KEY (blob_id) REFERENCES public.blobs_blob(digest) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_incomingdocument
    ADD CONSTRAINT correspondence_incom_changed_by_id_1d209e92_fk_correspon FOREIGN KEY (changed_by_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_incomingfile
    ADD CONSTRAINT correspondence_incom_document_id_3918d354_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_incomingfile
    ADD CONSTRAINT correspondence_incom_file_id_b041cecd_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_incomingdocument
    ADD CONSTRAINT correspondence_incom_leader_id_2dc298df_fk_accounts_ FOREIGN KEY (leader_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_incomingdocument
    ADD CONSTRAINT correspondence_incom_office_id_895bd254_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_incomingdocument
    ADD CONSTRAINT correspondence_incom_registered_by_id_ec3ad306_fk_accounts_ FOREIGN KEY (registered_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_opinion
    ADD CONSTRAINT correspondence_opini_document_id_3f799b11_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_opinion
    ADD CONSTRAINT correspondence_opini_officer_id_e53d353b_fk_accounts_ FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_opinion
    ADD CONSTRAINT correspondence_opini_version_id_7e28b140_fk_correspon FOREIGN KEY (version_id) REFERENCES public.correspondence_draftversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingdocument
    ADD CONSTRAINT correspondence_outgo_answers_id_dbf914c6_fk_correspon FOREIGN KEY (answers_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingsigning
    ADD CONSTRAINT correspondence_outgo_asked_by_id_70510b1b_fk_accounts_ FOREIGN KEY (asked_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingannex
    ADD CONSTRAINT correspondence_outgo_document_id_10c17ccc_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingsigning
    ADD CONSTRAINT correspondence_outgo_document_id_449c001f_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingdocument
    ADD CONSTRAINT correspondence_outgo_drafter_id_012b57b6_fk_accounts_ FOREIGN KEY (drafter_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingsigning
    ADD CONSTRAINT correspondence_outgo_file_id_1deec2e1_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingdocument
    ADD CONSTRAINT correspondence_outgo_file_id_2b703f18_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingannex
    ADD CONSTRAINT correspondence_outgo_file_id_3c233c84_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingdocument
    ADD CONSTRAINT correspondence_outgo_office_id_10e474ab_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingsigning
    ADD CONSTRAINT correspondence_outgo_office_id_911c23c2_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingdocument
    ADD CONSTRAINT correspondence_outgo_related_id_5860711a_fk_correspon FOREIGN KEY (related_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingdocument
    ADD CONSTRAINT correspondence_outgo_signer_id_0aa8f8a7_fk_accounts_ FOREIGN KEY (signer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingsigning
    ADD CONSTRAINT correspondence_outgo_transaction_id_c83707b1_fk_signing_s FOREIGN KEY (transaction_id) REFERENCES public.signing_signingtransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_outgoingdocument
    ADD CONSTRAINT correspondence_outgo_unit_id_e420800b_fk_organisat FOREIGN KEY (unit_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_recipient
    ADD CONSTRAINT correspondence_recip_arrived_id_043f9a95_fk_correspon FOREIGN KEY (arrived_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_recipient
    ADD CONSTRAINT correspondence_recip_document_id_6ec1e910_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_recipient
    ADD CONSTRAINT correspondence_recip_office_id_631946cf_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_reservednumber
    ADD CONSTRAINT correspondence_reser_by_id_ce0ccfc7_fk_accounts_ FOREIGN KEY (by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_reservednumber
    ADD CONSTRAINT correspondence_reser_office_id_6e8de897_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_reservednumber
    ADD CONSTRAINT correspondence_reser_used_by_id_f798d639_fk_correspon FOREIGN KEY (used_by_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_savedsearch
    ADD CONSTRAINT correspondence_saved_account_id_2d57c5c1_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_scanstack
    ADD CONSTRAINT correspondence_scans_file_id_90f6e61f_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_scanstack
    ADD CONSTRAINT correspondence_scans_office_id_6690c90b_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_scanstack
    ADD CONSTRAINT correspondence_scans_taken_by_id_d07110b0_fk_accounts_ FOREIGN KEY (taken_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_stackpart
    ADD CONSTRAINT correspondence_stack_document_id_74c6de0c_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_stackpart
    ADD CONSTRAINT correspondence_stack_file_id_01a36693_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.correspondence_stackpart
    ADD CONSTRAINT correspondence_stack_stack_id_2388e77e_fk_correspon FOREIGN KEY (stack_id) REFERENCES public.correspondence_scanstack(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_appointment
    ADD CONSTRAINT diary_appointment_document_id_0973cc02_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_appointment
    ADD CONSTRAINT diary_appointment_office_id_94171ead_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_appointment
    ADD CONSTRAINT diary_appointment_outgoing_id_aa7406da_fk_correspon FOREIGN KEY (outgoing_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_appointment
    ADD CONSTRAINT diary_appointment_preparing_id_065795e8_fk_organisat FOREIGN KEY (preparing_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_appointment
    ADD CONSTRAINT diary_appointment_proposed_by_id_3ec02e39_fk_accounts_ FOREIGN KEY (proposed_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_appointment
    ADD CONSTRAINT diary_appointment_room_id_6a972c9c_fk_diary_meetingroom_id FOREIGN KEY (room_id) REFERENCES public.diary_meetingroom(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_attendee
    ADD CONSTRAINT diary_attendee_appointment_id_3e96d9c4_fk_diary_appointment_id FOREIGN KEY (appointment_id) REFERENCES public.diary_appointment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_attendee
    ADD CONSTRAINT diary_attendee_office_id_f99aee77_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_attendee
    ADD CONSTRAINT diary_attendee_officer_id_63eb4128_fk_accounts_account_id FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_calendarlink
    ADD CONSTRAINT diary_calendarlink_account_id_f81ec21b_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.diary_meetingroom
    ADD CONSTRAINT diary_meetingroom_office_id_99e44971_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_applicationsigning
    ADD CONSTRAINT dossiers_application_asked_by_id_e4f3074a_fk_accounts_ FOREIGN KEY (asked_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_applicationsigning
    ADD CONSTRAINT dossiers_application_file_id_d1e23c2b_fk_blobs_sto FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_applicationsigning
    ADD CONSTRAINT dossiers_application_signer_id_95b6af5a_fk_citizens_ FOREIGN KEY (signer_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_applicationsigning
    ADD CONSTRAINT dossiers_application_transaction_id_3f47c007_fk_signing_s FOREIGN KEY (transaction_id) REFERENCES public.signing_signingtransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_coapplicant
    ADD CONSTRAINT dossiers_coapplicant_dossier_id_3bbed47a_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_coapplicant
    ADD CONSTRAINT dossiers_coapplicant_draft_id_6169f3f3_fk_dossiers_draft_id FOREIGN KEY (draft_id) REFERENCES public.dossiers_draft(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_coapplicant
    ADD CONSTRAINT dossiers_coapplicant_party_id_33cceef0_fk_citizens_party_id FOREIGN KEY (party_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_delta
    ADD CONSTRAINT dossiers_delta_office_id_04cf78a9_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_delta
    ADD CONSTRAINT dossiers_delta_procedure_id_57fb89f0_fk_procedures_procedure_id FOREIGN KEY (procedure_id) REFERENCES public.procedures_procedure(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_accepted_office_id_711cde0c_fk_organisat FOREIGN KEY (accepted_office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_applicant_id_3ba18564_fk_citizens_party_id FOREIGN KEY (applicant_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_case_id_6b1f562b_fk_procedures_case_id FOREIGN KEY (case_id) REFERENCES public.procedures_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_parent_id_785649f5_fk_dossiers_dossier_id FOREIGN KEY (parent_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_procedure_version_id_fb237784_fk_procedure FOREIGN KEY (procedure_version_id) REFERENCES public.procedures_procedureversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_receiving_office_id_16f42893_fk_organisat FOREIGN KEY (receiving_office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_representative_id_e2da2185_fk_citizens_ FOREIGN KEY (representative_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_resolving_office_id_3df4e4da_fk_organisat FOREIGN KEY (resolving_office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_dossier
    ADD CONSTRAINT dossiers_dossier_submitted_by_id_2f8c3226_fk_accounts_ FOREIGN KEY (submitted_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_draft
    ADD CONSTRAINT dossiers_draft_account_id_c231b2f4_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_draft
    ADD CONSTRAINT dossiers_draft_applicant_id_b4447e4f_fk_citizens_party_id FOREIGN KEY (applicant_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_draft
    ADD CONSTRAINT dossiers_draft_case_id_59d380a3_fk_procedures_case_id FOREIGN KEY (case_id) REFERENCES public.procedures_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_draft
    ADD CONSTRAINT dossiers_draft_procedure_version_id_3414ef76_fk_procedure FOREIGN KEY (procedure_version_id) REFERENCES public.procedures_procedureversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_draftfile
    ADD CONSTRAINT dossiers_draftfile_case_paper_id_6347e814_fk_procedure FOREIGN KEY (case_paper_id) REFERENCES public.procedures_casepaper(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_draftfile
    ADD CONSTRAINT dossiers_draftfile_draft_id_c766a51a_fk_dossiers_draft_id FOREIGN KEY (draft_id) REFERENCES public.dossiers_draft(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_draftfile
    ADD CONSTRAINT dossiers_draftfile_file_id_9138ca51_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_extension
    ADD CONSTRAINT dossiers_extension_dossier_id_cb3bb9c0_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_extension
    ADD CONSTRAINT dossiers_extension_made_by_id_7e57043a_fk_accounts_account_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_feeline
    ADD CONSTRAINT dossiers_feeline_dossier_id_de125939_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_feeline
    ADD CONSTRAINT dossiers_feeline_order_id_925cdf50_fk_payments_order_id FOREIGN KEY (order_id) REFERENCES public.payments_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_feeline
    ADD CONSTRAINT dossiers_feeline_settled_by_id_c953d128_fk_accounts_account_id FOREIGN KEY (settled_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_figure
    ADD CONSTRAINT dossiers_figure_office_id_913f1f05_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_figure
    ADD CONSTRAINT dossiers_figure_procedure_id_60c76a90_fk_procedure FOREIGN KEY (procedure_id) REFERENCES public.procedures_procedure(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_incident
    ADD CONSTRAINT dossiers_incident_dossier_id_c4e90759_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_incident
    ADD CONSTRAINT dossiers_incident_office_id_37004bde_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_incident
    ADD CONSTRAINT dossiers_incident_resolved_by_id_c5c13a1d_fk_accounts_ FOREIGN KEY (resolved_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_involvement
    ADD CONSTRAINT dossiers_involvement_dossier_id_13656890_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_involvement
    ADD CONSTRAINT dossiers_involvement_office_id_1384446c_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_issuedform
    ADD CONSTRAINT dossiers_issuedform_dossier_id_316b2639_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_issuedform
    ADD CONSTRAINT dossiers_issuedform_file_id_a2dbe8cd_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_issuedform
    ADD CONSTRAINT dossiers_issuedform_issued_by_id_7a1df5e9_fk_accounts_ FOREIGN KEY (issued_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_issuedform
    ADD CONSTRAINT dossiers_issuedform_office_id_cc1efe5f_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_message
    ADD CONSTRAINT dossiers_message_author_id_e244a8a7_fk_accounts_account_id FOREIGN KEY (author_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_message
    ADD CONSTRAINT dossiers_message_dossier_id_99bef738_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_message
    ADD CONSTRAINT dossiers_message_office_id_9bff8ce4_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_messagefile
    ADD CONSTRAINT dossiers_messagefile_file_id_07b110f6_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_messagefile
    ADD CONSTRAINT dossiers_messagefile_message_id_648ec7fc_fk_dossiers_message_id FOREIGN KEY (message_id) REFERENCES public.dossiers_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_openedfrom
    ADD CONSTRAINT dossiers_openedfrom_document_id_8b8323e4_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_openedfrom
    ADD CONSTRAINT dossiers_openedfrom_dossier_id_09815537_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_openedfrom
    ADD CONSTRAINT dossiers_openedfrom_opened_by_id_bb414463_fk_accounts_ FOREIGN KEY (opened_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_paper
    ADD CONSTRAINT dossiers_paper_added_by_id_fd4f4fd8_fk_accounts_account_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_paper
    ADD CONSTRAINT dossiers_paper_case_paper_id_62eb33f6_fk_procedure FOREIGN KEY (case_paper_id) REFERENCES public.procedures_casepaper(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_paper
    ADD CONSTRAINT dossiers_paper_dossier_id_7f1e1888_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_paper
    ADD CONSTRAINT dossiers_paper_file_id_a84c4263_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_paper
    ADD CONSTRAINT dossiers_paper_supplement_id_52084a1d_fk_dossiers_supplement_id FOREIGN KEY (supplement_id) REFERENCES public.dossiers_supplement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_pause
    ADD CONSTRAINT dossiers_pause_dossier_id_98a94956_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultcopy
    ADD CONSTRAINT dossiers_resultcopy_asked_by_id_4ed535b4_fk_accounts_account_id FOREIGN KEY (asked_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultcopy
    ADD CONSTRAINT dossiers_resultcopy_file_id_27361b47_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultcopy
    ADD CONSTRAINT dossiers_resultcopy_office_id_573bd1a8_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultcopy
    ADD CONSTRAINT dossiers_resultcopy_result_id_3ed4819e_fk_dossiers_ FOREIGN KEY (result_id) REFERENCES public.dossiers_resultdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultcopy
    ADD CONSTRAINT dossiers_resultcopy_source_id_53c28e3d_fk_dossiers_ FOREIGN KEY (source_id) REFERENCES public.dossiers_resultcopy(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultcopy
    ADD CONSTRAINT dossiers_resultcopy_transaction_id_8a20082e_fk_signing_s FOREIGN KEY (transaction_id) REFERENCES public.signing_signingtransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT dossiers_resultdocum_document_id_335df5d4_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT dossiers_resultdocum_dossier_id_6f053bb6_fk_dossiers_ FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT dossiers_resultdocum_office_id_5ebe0e58_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT dossiers_resultdocum_prepared_by_id_f6a9cf7f_fk_accounts_ FOREIGN KEY (prepared_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT dossiers_resultdocum_sealed_by_id_1e2829ed_fk_accounts_ FOREIGN KEY (sealed_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT dossiers_resultdocum_signed_by_id_47e3ffee_fk_accounts_ FOREIGN KEY (signed_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultdocument
    ADD CONSTRAINT dossiers_resultdocument_file_id_eca10788_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultsigning
    ADD CONSTRAINT dossiers_resultsigni_asked_by_id_eda452c6_fk_accounts_ FOREIGN KEY (asked_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultsigning
    ADD CONSTRAINT dossiers_resultsigni_office_id_e3399c30_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultsigning
    ADD CONSTRAINT dossiers_resultsigni_result_id_c69297d1_fk_dossiers_ FOREIGN KEY (result_id) REFERENCES public.dossiers_resultdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultsigning
    ADD CONSTRAINT dossiers_resultsigni_transaction_id_49247f16_fk_signing_s FOREIGN KEY (transaction_id) REFERENCES public.signing_signingtransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultsigning
    ADD CONSTRAINT dossiers_resultsigning_file_id_9404c17b_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_resultsigning
    ADD CONSTRAINT dossiers_resultsigning_item_id_31f2e0ef_fk_dossiers_workitem_id FOREIGN KEY (item_id) REFERENCES public.dossiers_workitem(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_returnslip
    ADD CONSTRAINT dossiers_returnslip_dossier_id_bdeb9ee0_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_returnslip
    ADD CONSTRAINT dossiers_returnslip_file_id_97369ecc_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_searchentry
    ADD CONSTRAINT dossiers_searchentry_dossier_id_445e9223_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplement
    ADD CONSTRAINT dossiers_supplement_approver_id_57c2b476_fk_accounts_account_id FOREIGN KEY (approver_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplement
    ADD CONSTRAINT dossiers_supplement_dossier_id_3292197c_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplement
    ADD CONSTRAINT dossiers_supplement_office_id_8449127a_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplement
    ADD CONSTRAINT dossiers_supplement_requested_by_id_0e7e6126_fk_accounts_ FOREIGN KEY (requested_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplementproposal
    ADD CONSTRAINT dossiers_supplementp_approver_id_efa024b0_fk_accounts_ FOREIGN KEY (approver_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplementproposal
    ADD CONSTRAINT dossiers_supplementp_decided_by_id_adbbae02_fk_accounts_ FOREIGN KEY (decided_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplementproposal
    ADD CONSTRAINT dossiers_supplementp_dossier_id_9048a2cd_fk_dossiers_ FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplementproposal
    ADD CONSTRAINT dossiers_supplementp_office_id_50292d04_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplementproposal
    ADD CONSTRAINT dossiers_supplementp_proposed_by_id_77efcc0e_fk_accounts_ FOREIGN KEY (proposed_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_supplementproposal
    ADD CONSTRAINT dossiers_supplementp_supplement_id_b7b0463c_fk_dossiers_ FOREIGN KEY (supplement_id) REFERENCES public.dossiers_supplement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_timer
    ADD CONSTRAINT dossiers_timer_work_item_id_4fd76d0b_fk_dossiers_workitem_id FOREIGN KEY (work_item_id) REFERENCES public.dossiers_workitem(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workingpaper
    ADD CONSTRAINT dossiers_workingpape_dossier_id_82a5f093_fk_dossiers_ FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workingpaper
    ADD CONSTRAINT dossiers_workingpape_kept_by_id_4d93e22d_fk_accounts_ FOREIGN KEY (kept_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workingpaper
    ADD CONSTRAINT dossiers_workingpape_work_item_id_ee691e81_fk_dossiers_ FOREIGN KEY (work_item_id) REFERENCES public.dossiers_workitem(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workingpaper
    ADD CONSTRAINT dossiers_workingpaper_file_id_90b706c3_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workingpaper
    ADD CONSTRAINT dossiers_workingpaper_pdf_id_7aaad465_fk_blobs_storedfile_id FOREIGN KEY (pdf_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workitem
    ADD CONSTRAINT dossiers_workitem_assignee_id_36d7e2fe_fk_accounts_account_id FOREIGN KEY (assignee_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workitem
    ADD CONSTRAINT dossiers_workitem_dossier_id_7adabb45_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workitem
    ADD CONSTRAINT dossiers_workitem_finished_by_id_372f730c_fk_accounts_ FOREIGN KEY (finished_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workitem
    ADD CONSTRAINT dossiers_workitem_office_id_a7f16d64_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dossiers_workitem
    ADD CONSTRAINT dossiers_workitem_previous_id_175a131e_fk_dossiers_workitem_id FOREIGN KEY (previous_id) REFERENCES public.dossiers_workitem(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.editing_editedfile
    ADD CONSTRAINT editing_editedfile_changed_by_id_da8b1ed1_fk_accounts_ FOREIGN KEY (changed_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.editing_editedfile
    ADD CONSTRAINT editing_editedfile_file_id_6320e348_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.editing_sitting
    ADD CONSTRAINT editing_sitting_account_id_8aecb5e5_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.editing_sitting
    ADD CONSTRAINT editing_sitting_edited_id_e4e1757d_fk_editing_editedfile_id FOREIGN KEY (edited_id) REFERENCES public.editing_editedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.editions_edition
    ADD CONSTRAINT editions_edition_published_by_id_6f916a05_fk_accounts_ FOREIGN KEY (published_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.events_eventpayload
    ADD CONSTRAINT events_eventpayload_event_id_887cc4c0_fk_events_event_position FOREIGN KEY (event_id) REFERENCES public.events_event("position") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.events_skippedevent
    ADD CONSTRAINT events_skippedevent_event_id_62b59a6d_fk_events_event_position FOREIGN KEY (event_id) REFERENCES public.events_event("position") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.events_treehead
    ADD CONSTRAINT events_treehead_key_id_d1b36db8_fk_events_treekey_id FOREIGN KEY (key_id) REFERENCES public.events_treekey(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.events_treeleaf
    ADD CONSTRAINT events_treeleaf_event_id_7583a19e_fk_events_event_position FOREIGN KEY (event_id) REFERENCES public.events_event("position") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.exchange_account
    ADD CONSTRAINT exchange_account_channel_id_c9ee0111_fk_exchange_channel_id FOREIGN KEY (channel_id) REFERENCES public.exchange_channel(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.exchange_errand
    ADD CONSTRAINT exchange_errand_partner_id_1a9f4088_fk_exchange_partner_id FOREIGN KEY (partner_id) REFERENCES public.exchange_partner(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.exchange_incoming
    ADD CONSTRAINT exchange_incoming_file_id_66d0c22f_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.exchange_incoming
    ADD CONSTRAINT exchange_incoming_partner_id_b29c59a6_fk_exchange_partner_id FOREIGN KEY (partner_id) REFERENCES public.exchange_partner(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.exchange_outgoing
    ADD CONSTRAINT exchange_outgoing_channel_id_255b65a3_fk_exchange_channel_id FOREIGN KEY (channel_id) REFERENCES public.exchange_channel(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.exchange_outgoing
    ADD CONSTRAINT exchange_outgoing_file_id_699014f7_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.exchange_outgoing
    ADD CONSTRAINT exchange_outgoing_partner_id_480d2be1_fk_exchange_partner_id FOREIGN KEY (partner_id) REFERENCES public.exchange_partner(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.exchange_partner
    ADD CONSTRAINT exchange_partner_channel_id_36cd34e7_fk_exchange_channel_id FOREIGN KEY (channel_id) REFERENCES public.exchange_channel(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.exchange_refusal
    ADD CONSTRAINT exchange_refusal_channel_id_ff1eb657_fk_exchange_channel_id FOREIGN KEY (channel_id) REFERENCES public.exchange_channel(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.families_statement
    ADD CONSTRAINT families_statement_child_id_7ff6391e_fk_citizens_party_id FOREIGN KEY (child_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.families_statement
    ADD CONSTRAINT families_statement_decided_by_id_8ce87825_fk_accounts_ FOREIGN KEY (decided_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.families_statement
    ADD CONSTRAINT families_statement_file_id_37902102_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.families_statement
    ADD CONSTRAINT families_statement_office_id_5016ef77_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.families_statement
    ADD CONSTRAINT families_statement_parent_id_d54fecb7_fk_citizens_party_id FOREIGN KEY (parent_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.families_statement
    ADD CONSTRAINT families_statement_representation_id_05bd0147_fk_citizens_ FOREIGN KEY (representation_id) REFERENCES public.citizens_representation(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_mail
    ADD CONSTRAINT messaging_mail_notice_id_e54ff591_fk_messaging_notice_id FOREIGN KEY (notice_id) REFERENCES public.messaging_notice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT messaging_notice_recipient_id_3cef8519_fk_accounts_account_id FOREIGN KEY (recipient_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_phonemessage
    ADD CONSTRAINT messaging_phonemessa_notice_id_ee85397d_fk_messaging FOREIGN KEY (notice_id) REFERENCES public.messaging_notice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_preference
    ADD CONSTRAINT messaging_preference_account_id_ad53329c_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.national_portal_arrival
    ADD CONSTRAINT national_portal_arri_dossier_id_4ab5b334_fk_dossiers_ FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.national_portal_exchange
    ADD CONSTRAINT national_portal_exch_dossier_id_baaf5471_fk_dossiers_ FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.officers_declaredrelative
    ADD CONSTRAINT officers_declaredrel_officer_id_1e0fe653_fk_officers_ FOREIGN KEY (officer_id) REFERENCES public.officers_officer(account_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.officers_delegation
    ADD CONSTRAINT officers_delegation_from_position_id_036f164c_fk_officers_ FOREIGN KEY (from_position_id) REFERENCES public.officers_position(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.officers_delegation
    ADD CONSTRAINT officers_delegation_to_position_id_c49b1c55_fk_officers_ FOREIGN KEY (to_position_id) REFERENCES public.officers_position(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.officers_officer
    ADD CONSTRAINT officers_officer_account_id_f8069b3e_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.officers_position
    ADD CONSTRAINT officers_position_office_id_5ca581d9_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.officers_position
    ADD CONSTRAINT officers_position_officer_id_6377ace1_fk_officers_ FOREIGN KEY (officer_id) REFERENCES public.officers_officer(account_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.officers_substitution
    ADD CONSTRAINT officers_substitutio_absent_id_b81f87a1_fk_officers_ FOREIGN KEY (absent_id) REFERENCES public.officers_officer(account_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.officers_substitution
    ADD CONSTRAINT officers_substitutio_substitute_id_adbbf6df_fk_officers_ FOREIGN KEY (substitute_id) REFERENCES public.officers_officer(account_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.organisations_administrativeunit
    ADD CONSTRAINT organisations_admini_parent_id_ca33b87a_fk_organisat FOREIGN KEY (parent_id) REFERENCES public.organisations_administrativeunit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.organisations_officesuccession
    ADD CONSTRAINT organisations_office_new_id_f0d109ff_fk_organisat FOREIGN KEY (new_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.organisations_officecode
    ADD CONSTRAINT organisations_office_office_id_ce03c827_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.organisations_officesuccession
    ADD CONSTRAINT organisations_office_old_id_481a4af9_fk_organisat FOREIGN KEY (old_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.organisations_office
    ADD CONSTRAINT organisations_office_parent_id_300b44c4_fk_organisat FOREIGN KEY (parent_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.organisations_office
    ADD CONSTRAINT organisations_office_unit_id_64be0317_fk_organisat FOREIGN KEY (unit_id) REFERENCES public.organisations_administrativeunit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.organisations_unitsuccession
    ADD CONSTRAINT organisations_unitsu_new_id_f4c20168_fk_organisat FOREIGN KEY (new_id) REFERENCES public.organisations_administrativeunit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.organisations_unitsuccession
    ADD CONSTRAINT organisations_unitsu_old_id_388b1ecf_fk_organisat FOREIGN KEY (old_id) REFERENCES public.organisations_administrativeunit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_attempt
    ADD CONSTRAINT payments_attempt_order_id_6dcd86b3_fk_payments_order_id FOREIGN KEY (order_id) REFERENCES public.payments_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_bankfeed
    ADD CONSTRAINT payments_bankfeed_created_by_id_30f3f97e_fk_accounts_account_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_bankfeed
    ADD CONSTRAINT payments_bankfeed_office_id_4601d2eb_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_cashclosing
    ADD CONSTRAINT payments_cashclosing_office_id_652df5a1_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_cashclosing
    ADD CONSTRAINT payments_cashclosing_officer_id_5add09d9_fk_accounts_account_id FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_collectingaccount
    ADD CONSTRAINT payments_collectinga_decided_by_id_0f2d5fa1_fk_accounts_ FOREIGN KEY (decided_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_collectingaccount
    ADD CONSTRAINT payments_collectinga_office_id_e8a83178_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_incoming
    ADD CONSTRAINT payments_incoming_office_id_72beec08_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_incoming
    ADD CONSTRAINT payments_incoming_order_id_30271aa7_fk_payments_order_id FOREIGN KEY (order_id) REFERENCES public.payments_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_incoming
    ADD CONSTRAINT payments_incoming_settled_by_id_ec71f52a_fk_accounts_account_id FOREIGN KEY (settled_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_incoming
    ADD CONSTRAINT payments_incoming_statement_id_e7e25a7c_fk_payments_ FOREIGN KEY (statement_id) REFERENCES public.payments_statement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_order
    ADD CONSTRAINT payments_order_closing_id_4fc18de0_fk_payments_cashclosing_id FOREIGN KEY (closing_id) REFERENCES public.payments_cashclosing(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_order
    ADD CONSTRAINT payments_order_payable_id_9489245e_fk_payments_payable_id FOREIGN KEY (payable_id) REFERENCES public.payments_payable(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_order
    ADD CONSTRAINT payments_order_taken_by_id_07935bc5_fk_accounts_account_id FOREIGN KEY (taken_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_orderline
    ADD CONSTRAINT payments_orderline_order_id_97856323_fk_payments_order_id FOREIGN KEY (order_id) REFERENCES public.payments_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_payable
    ADD CONSTRAINT payments_payable_office_id_e271215e_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_book_id_edf063bd_fk_payments_receiptbook_id FOREIGN KEY (book_id) REFERENCES public.payments_receiptbook(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_ended_by_id_342da92f_fk_accounts_account_id FOREIGN KEY (ended_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_file_id_5446c12c_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_issued_by_id_48aa9fb7_fk_accounts_account_id FOREIGN KEY (issued_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_office_id_4cbed0f5_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_order_id_cd497bc3_fk_payments_order_id FOREIGN KEY (order_id) REFERENCES public.payments_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_replaces_id_a53faa43_fk_payments_receipt_id FOREIGN KEY (replaces_id) REFERENCES public.payments_receipt(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_receiptbook
    ADD CONSTRAINT payments_receiptbook_decided_by_id_69992f76_fk_accounts_ FOREIGN KEY (decided_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_receiptbook
    ADD CONSTRAINT payments_receiptbook_office_id_063101a8_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_closing_id_6bfb7530_fk_payments_cashclosing_id FOREIGN KEY (closing_id) REFERENCES public.payments_cashclosing(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_given_by_id_98b31a71_fk_accounts_account_id FOREIGN KEY (given_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_order_id_ae6ad322_fk_payments_order_id FOREIGN KEY (order_id) REFERENCES public.payments_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_statement
    ADD CONSTRAINT payments_statement_imported_by_id_a2793889_fk_accounts_ FOREIGN KEY (imported_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_statement
    ADD CONSTRAINT payments_statement_office_id_6f98d681_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_entry
    ADD CONSTRAINT petitions_entry_officer_id_5e6ecef8_fk_accounts_account_id FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_entry
    ADD CONSTRAINT petitions_entry_petition_id_b788113e_fk_petitions_petition_id FOREIGN KEY (petition_id) REFERENCES public.petitions_petition(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_petition
    ADD CONSTRAINT petitions_petition_merged_into_id_bba5a124_fk_petitions FOREIGN KEY (merged_into_id) REFERENCES public.petitions_petition(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_petition
    ADD CONSTRAINT petitions_petition_office_id_3c150453_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_petition
    ADD CONSTRAINT petitions_petition_unit_id_52c7c84d_fk_organisat FOREIGN KEY (unit_id) REFERENCES public.organisations_administrativeunit(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_petitioner
    ADD CONSTRAINT petitions_petitioner_account_id_b07fcbcc_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_petitioner
    ADD CONSTRAINT petitions_petitioner_party_id_d63ecd0c_fk_citizens_party_id FOREIGN KEY (party_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_petitioner
    ADD CONSTRAINT petitions_petitioner_petition_id_1755a0f3_fk_petitions FOREIGN KEY (petition_id) REFERENCES public.petitions_petition(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_petitioner
    ADD CONSTRAINT petitions_petitioner_wrote_down_id_47197dc3_fk_accounts_ FOREIGN KEY (wrote_down_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_photo
    ADD CONSTRAINT petitions_photo_file_id_523156ca_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.petitions_photo
    ADD CONSTRAINT petitions_photo_petition_id_09acb686_fk_petitions_petition_id FOREIGN KEY (petition_id) REFERENCES public.petitions_petition(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_case
    ADD CONSTRAINT procedures_case_version_id_c8e7194c_fk_procedure FOREIGN KEY (version_id) REFERENCES public.procedures_procedureversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_casepaper
    ADD CONSTRAINT procedures_casepaper_case_id_65ee4545_fk_procedures_case_id FOREIGN KEY (case_id) REFERENCES public.procedures_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_caseterms
    ADD CONSTRAINT procedures_caseterms_case_id_cd1bb22b_fk_procedures_case_id FOREIGN KEY (case_id) REFERENCES public.procedures_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_caseterms
    ADD CONSTRAINT procedures_caseterms_version_id_99e5b4cb_fk_procedure FOREIGN KEY (version_id) REFERENCES public.procedures_procedureversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_feeitem
    ADD CONSTRAINT procedures_feeitem_terms_id_3e52c212_fk_procedures_caseterms_id FOREIGN KEY (terms_id) REFERENCES public.procedures_caseterms(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_guide
    ADD CONSTRAINT procedures_guide_current_version_id_249c72ff_fk_procedure FOREIGN KEY (current_version_id) REFERENCES public.procedures_guideversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_guideversion
    ADD CONSTRAINT procedures_guidevers_guide_id_fe32c34b_fk_procedure FOREIGN KEY (guide_id) REFERENCES public.procedures_guide(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_packagefile
    ADD CONSTRAINT procedures_packagefi_version_id_edd0a0e6_fk_procedure FOREIGN KEY (version_id) REFERENCES public.procedures_procedureversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_procedure
    ADD CONSTRAINT procedures_procedure_current_version_id_42e00dff_fk_procedure FOREIGN KEY (current_version_id) REFERENCES public.procedures_procedureversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_procedureversion
    ADD CONSTRAINT procedures_procedure_procedure_id_8362303d_fk_procedure FOREIGN KEY (procedure_id) REFERENCES public.procedures_procedure(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procedures_searchentry
    ADD CONSTRAINT procedures_searchent_procedure_id_f2d5c138_fk_procedure FOREIGN KEY (procedure_id) REFERENCES public.procedures_procedure(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.ratings_answer
    ADD CONSTRAINT ratings_answer_device_id_7224dda1_fk_service_centre_device_id FOREIGN KEY (device_id) REFERENCES public.service_centre_device(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_answer
    ADD CONSTRAINT ratings_answer_invitation_id_7bde99cb_fk_ratings_invitation_id FOREIGN KEY (invitation_id) REFERENCES public.ratings_invitation(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_inspection
    ADD CONSTRAINT ratings_inspection_office_id_d070f407_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_inspection
    ADD CONSTRAINT ratings_inspection_recorded_by_id_7a1ad227_fk_accounts_ FOREIGN KEY (recorded_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_invitation
    ADD CONSTRAINT ratings_invitation_dossier_id_9ce534fa_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_invitation
    ADD CONSTRAINT ratings_invitation_procedure_id_9a648f61_fk_procedure FOREIGN KEY (procedure_id) REFERENCES public.procedures_procedure(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_invitation
    ADD CONSTRAINT ratings_invitation_receiving_office_id_34d37497_fk_organisat FOREIGN KEY (receiving_office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_invitation
    ADD CONSTRAINT ratings_invitation_returned_by_id_6fee1a46_fk_accounts_ FOREIGN KEY (returned_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_measure
    ADD CONSTRAINT ratings_measure_office_id_84dbfa25_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_measure
    ADD CONSTRAINT ratings_measure_officer_id_afc2b8c8_fk_accounts_account_id FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_share
    ADD CONSTRAINT ratings_share_invitation_id_f1d3d3ef_fk_ratings_invitation_id FOREIGN KEY (invitation_id) REFERENCES public.ratings_invitation(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_share
    ADD CONSTRAINT ratings_share_office_id_475963f3_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ratings_share
    ADD CONSTRAINT ratings_share_officer_id_39ff7b8f_fk_accounts_account_id FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisal
    ADD CONSTRAINT records_appraisal_approved_by_id_d8a7167b_fk_accounts_ FOREIGN KEY (approved_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisal
    ADD CONSTRAINT records_appraisal_begun_by_id_461796f7_fk_accounts_account_id FOREIGN KEY (begun_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisal
    ADD CONSTRAINT records_appraisal_council_minutes_id_41fc268c_fk_blobs_sto FOREIGN KEY (council_minutes_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisal
    ADD CONSTRAINT records_appraisal_decision_id_4b298027_fk_correspon FOREIGN KEY (decision_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisal
    ADD CONSTRAINT records_appraisal_listing_id_7cd20554_fk_blobs_storedfile_id FOREIGN KEY (listing_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisal
    ADD CONSTRAINT records_appraisal_made_by_id_0b906e37_fk_accounts_account_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisal
    ADD CONSTRAINT records_appraisal_minutes_id_8590516c_fk_blobs_storedfile_id FOREIGN KEY (minutes_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisal
    ADD CONSTRAINT records_appraisal_office_id_7e241f2d_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisedfile
    ADD CONSTRAINT records_appraisedfil_appraisal_id_3c62e98e_fk_records_a FOREIGN KEY (appraisal_id) REFERENCES public.records_appraisal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_appraisedfile
    ADD CONSTRAINT records_appraisedfile_file_id_32e5b5ae_fk_records_workfile_id FOREIGN KEY (file_id) REFERENCES public.records_workfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_ballot
    ADD CONSTRAINT records_ballot_member_id_d585042b_fk_records_councilmember_id FOREIGN KEY (member_id) REFERENCES public.records_councilmember(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_ballot
    ADD CONSTRAINT records_ballot_row_id_fc0f5723_fk_records_appraisedfile_id FOREIGN KEY (row_id) REFERENCES public.records_appraisedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_councilmember
    ADD CONSTRAINT records_councilmembe_appraisal_id_561d89bd_fk_records_a FOREIGN KEY (appraisal_id) REFERENCES public.records_appraisal(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_councilmember
    ADD CONSTRAINT records_councilmembe_officer_id_a7c1e9e8_fk_accounts_ FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_entry
    ADD CONSTRAINT records_entry_added_by_id_2d4dd08a_fk_accounts_account_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_entry
    ADD CONSTRAINT records_entry_file_id_d86fba4c_fk_records_workfile_id FOREIGN KEY (file_id) REFERENCES public.records_workfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_entry
    ADD CONSTRAINT records_entry_incoming_id_33f472ed_fk_correspon FOREIGN KEY (incoming_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_entry
    ADD CONSTRAINT records_entry_outgoing_id_70e29974_fk_correspon FOREIGN KEY (outgoing_id) REFERENCES public.correspondence_outgoingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_entry
    ADD CONSTRAINT records_entry_upload_id_202a1c6c_fk_blobs_storedfile_id FOREIGN KEY (upload_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_filelist
    ADD CONSTRAINT records_filelist_approved_by_id_bbcab463_fk_accounts_account_id FOREIGN KEY (approved_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_filelist
    ADD CONSTRAINT records_filelist_made_by_id_55cfc07d_fk_accounts_account_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_filelist
    ADD CONSTRAINT records_filelist_office_id_0381ef86_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_filelist
    ADD CONSTRAINT records_filelist_unit_id_10142829_fk_organisations_office_id FOREIGN KEY (unit_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_by_id_77ac14d3_fk_accounts_account_id FOREIGN KEY (by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_giver_id_80efdcc1_fk_accounts_account_id FOREIGN KEY (giver_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_minutes_id_50e87e9b_fk_blobs_storedfile_id FOREIGN KEY (minutes_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_taker_id_9c1adc59_fk_accounts_account_id FOREIGN KEY (taker_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_unit_id_27875b1e_fk_organisations_office_id FOREIGN KEY (unit_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_handoverfile
    ADD CONSTRAINT records_handoverfile_file_id_1b1e98f8_fk_records_workfile_id FOREIGN KEY (file_id) REFERENCES public.records_workfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_handoverfile
    ADD CONSTRAINT records_handoverfile_handover_id_fb603872_fk_records_h FOREIGN KEY (handover_id) REFERENCES public.records_handover(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_hold
    ADD CONSTRAINT records_hold_file_id_f9b16f59_fk_records_workfile_id FOREIGN KEY (file_id) REFERENCES public.records_workfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_hold
    ADD CONSTRAINT records_hold_lifted_by_id_48e3be9b_fk_accounts_account_id FOREIGN KEY (lifted_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_hold
    ADD CONSTRAINT records_hold_placed_by_id_75fa6c86_fk_accounts_account_id FOREIGN KEY (placed_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_listedfile
    ADD CONSTRAINT records_listedfile_keeper_id_ac6f3aa7_fk_accounts_account_id FOREIGN KEY (keeper_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_listedfile
    ADD CONSTRAINT records_listedfile_list_id_07b5b0d1_fk_records_filelist_id FOREIGN KEY (list_id) REFERENCES public.records_filelist(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_pinnedfile
    ADD CONSTRAINT records_pinnedfile_entry_id_7c90eb1c_fk_records_entry_id FOREIGN KEY (entry_id) REFERENCES public.records_entry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_pinnedfile
    ADD CONSTRAINT records_pinnedfile_stored_id_6c00d384_fk_blobs_storedfile_id FOREIGN KEY (stored_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_share
    ADD CONSTRAINT records_share_asked_by_id_01dc8ef4_fk_accounts_account_id FOREIGN KEY (asked_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_share
    ADD CONSTRAINT records_share_decided_by_id_7c7fc69c_fk_accounts_account_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_share
    ADD CONSTRAINT records_share_file_id_c3a33b65_fk_records_workfile_id FOREIGN KEY (file_id) REFERENCES public.records_workfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_share
    ADD CONSTRAINT records_share_office_id_6a1b3071_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_share
    ADD CONSTRAINT records_share_officer_id_2d1ee7e1_fk_accounts_account_id FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_transfer
    ADD CONSTRAINT records_transfer_accepted_by_id_ba9f0206_fk_accounts_account_id FOREIGN KEY (accepted_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_transfer
    ADD CONSTRAINT records_transfer_listing_id_7cbc629e_fk_blobs_storedfile_id FOREIGN KEY (listing_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_transfer
    ADD CONSTRAINT records_transfer_minutes_id_81c5276d_fk_blobs_storedfile_id FOREIGN KEY (minutes_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_transfer
    ADD CONSTRAINT records_transfer_office_id_509abf95_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_transfer
    ADD CONSTRAINT records_transfer_prepared_by_id_f707d9e3_fk_accounts_account_id FOREIGN KEY (prepared_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_transfer
    ADD CONSTRAINT records_transfer_unit_id_822d1a09_fk_organisations_office_id FOREIGN KEY (unit_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_transferredfile
    ADD CONSTRAINT records_transferredf_package_id_2562d63e_fk_blobs_sto FOREIGN KEY (package_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_transferredfile
    ADD CONSTRAINT records_transferredf_transfer_id_e6ad706d_fk_records_t FOREIGN KEY (transfer_id) REFERENCES public.records_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_transferredfile
    ADD CONSTRAINT records_transferredfile_file_id_15dc1c50_fk_records_workfile_id FOREIGN KEY (file_id) REFERENCES public.records_workfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_workfile
    ADD CONSTRAINT records_workfile_keeper_id_6eb39c89_fk_accounts_account_id FOREIGN KEY (keeper_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_workfile
    ADD CONSTRAINT records_workfile_line_id_8436e71c_fk_records_listedfile_id FOREIGN KEY (line_id) REFERENCES public.records_listedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_workfile
    ADD CONSTRAINT records_workfile_office_id_3339349a_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_workfile
    ADD CONSTRAINT records_workfile_opened_by_id_754a5cee_fk_accounts_account_id FOREIGN KEY (opened_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.records_workfile
    ADD CONSTRAINT records_workfile_unit_id_3e778bb2_fk_organisations_office_id FOREIGN KEY (unit_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.registers_counter
    ADD CONSTRAINT registers_counter_series_id_0accd630_fk_registers FOREIGN KEY (series_id) REFERENCES public.registers_numberseries(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.scanning_scan
    ADD CONSTRAINT scanning_scan_file_id_bf457c19_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.scanning_scanpage
    ADD CONSTRAINT scanning_scanpage_file_id_076a724f_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.scanning_scanpage
    ADD CONSTRAINT scanning_scanpage_scan_id_6fd7bf3e_fk_scanning_scan_id FOREIGN KEY (scan_id) REFERENCES public.scanning_scan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_booking
    ADD CONSTRAINT service_centre_booki_account_id_2deacb68_fk_accounts_ FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_booking
    ADD CONSTRAINT service_centre_booki_service_id_9ebb741d_fk_service_c FOREIGN KEY (service_id) REFERENCES public.service_centre_service(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_booking
    ADD CONSTRAINT service_centre_booki_ticket_id_ca60b7f3_fk_service_c FOREIGN KEY (ticket_id) REFERENCES public.service_centre_ticket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_centre
    ADD CONSTRAINT service_centre_centr_office_id_1665d485_fk_organisat FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_counter
    ADD CONSTRAINT service_centre_count_centre_id_3d96689d_fk_service_c FOREIGN KEY (centre_id) REFERENCES public.service_centre_centre(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_counter_services
    ADD CONSTRAINT service_centre_count_counter_id_d5874f14_fk_service_c FOREIGN KEY (counter_id) REFERENCES public.service_centre_counter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_counter
    ADD CONSTRAINT service_centre_count_officer_id_2235320f_fk_accounts_ FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_counter_services
    ADD CONSTRAINT service_centre_count_service_id_c2f49882_fk_service_c FOREIGN KEY (service_id) REFERENCES public.service_centre_service(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_device
    ADD CONSTRAINT service_centre_devic_centre_id_69f66f2f_fk_service_c FOREIGN KEY (centre_id) REFERENCES public.service_centre_centre(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_device
    ADD CONSTRAINT service_centre_devic_counter_id_86ff73a9_fk_service_c FOREIGN KEY (counter_id) REFERENCES public.service_centre_counter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_service
    ADD CONSTRAINT service_centre_servi_centre_id_2486468b_fk_service_c FOREIGN KEY (centre_id) REFERENCES public.service_centre_centre(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_specialday
    ADD CONSTRAINT service_centre_speci_centre_id_2a687de9_fk_service_c FOREIGN KEY (centre_id) REFERENCES public.service_centre_centre(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_ticket
    ADD CONSTRAINT service_centre_ticke_centre_id_33a3ae88_fk_service_c FOREIGN KEY (centre_id) REFERENCES public.service_centre_centre(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_ticket
    ADD CONSTRAINT service_centre_ticke_counter_id_e1c97bac_fk_service_c FOREIGN KEY (counter_id) REFERENCES public.service_centre_counter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_ticket
    ADD CONSTRAINT service_centre_ticke_officer_id_9a091993_fk_accounts_ FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_ticket
    ADD CONSTRAINT service_centre_ticke_priority_id_635d5548_fk_service_c FOREIGN KEY (priority_id) REFERENCES public.service_centre_prioritygroup(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.service_centre_ticket
    ADD CONSTRAINT service_centre_ticke_service_id_3fd2597b_fk_service_c FOREIGN KEY (service_id) REFERENCES public.service_centre_service(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_partnerdocument
    ADD CONSTRAINT signing_partnerdocum_request_id_5fcb9d7c_fk_signing_p FOREIGN KEY (request_id) REFERENCES public.signing_partnerrequest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_partnerdocument
    ADD CONSTRAINT signing_partnerdocument_file_id_7cf307e4_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_partnerrequest
    ADD CONSTRAINT signing_partnerreque_certificate_id_a4271fb3_fk_signing_s FOREIGN KEY (certificate_id) REFERENCES public.signing_signingcertificate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_partnerrequest
    ADD CONSTRAINT signing_partnerreque_transaction_id_db12649a_fk_signing_s FOREIGN KEY (transaction_id) REFERENCES public.signing_signingtransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signedfile
    ADD CONSTRAINT signing_signedfile_file_id_1b91d0ac_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signedversion
    ADD CONSTRAINT signing_signedversion_file_id_a4711976_fk_signing_signedfile_id FOREIGN KEY (file_id) REFERENCES public.signing_signedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signingcertificate
    ADD CONSTRAINT signing_signingcerti_means_id_0fc6dc63_fk_signing_s FOREIGN KEY (means_id) REFERENCES public.signing_signingmeans(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signingdocument
    ADD CONSTRAINT signing_signingdocum_transaction_id_9f9a4e63_fk_signing_s FOREIGN KEY (transaction_id) REFERENCES public.signing_signingtransaction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.signing_signingtransaction
    ADD CONSTRAINT signing_signingtrans_certificate_id_32ad5c5b_fk_signing_s FOREIGN KEY (certificate_id) REFERENCES public.signing_signingcertificate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_extension
    ADD CONSTRAINT tasks_extension_answered_by_id_f218f175_fk_accounts_account_id FOREIGN KEY (answered_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_extension
    ADD CONSTRAINT tasks_extension_asked_by_id_ae7dabe2_fk_accounts_account_id FOREIGN KEY (asked_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_extension
    ADD CONSTRAINT tasks_extension_task_id_15aac11c_fk_tasks_task_id FOREIGN KEY (task_id) REFERENCES public.tasks_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_involved
    ADD CONSTRAINT tasks_involved_done_by_id_d1f7cde3_fk_accounts_account_id FOREIGN KEY (done_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_involved
    ADD CONSTRAINT tasks_involved_office_id_590a40cc_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_involved
    ADD CONSTRAINT tasks_involved_officer_id_29433693_fk_accounts_account_id FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_involved
    ADD CONSTRAINT tasks_involved_task_id_52ad38a4_fk_tasks_task_id FOREIGN KEY (task_id) REFERENCES public.tasks_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_report
    ADD CONSTRAINT tasks_report_by_id_bff7783c_fk_accounts_account_id FOREIGN KEY (by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_report
    ADD CONSTRAINT tasks_report_office_id_cdab93d3_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_report
    ADD CONSTRAINT tasks_report_task_id_efa91440_fk_tasks_task_id FOREIGN KEY (task_id) REFERENCES public.tasks_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_reportfile
    ADD CONSTRAINT tasks_reportfile_file_id_a20fbd6f_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_reportfile
    ADD CONSTRAINT tasks_reportfile_report_id_f7aa26ae_fk_tasks_report_id FOREIGN KEY (report_id) REFERENCES public.tasks_report(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_document_id_28f7974d_fk_correspon FOREIGN KEY (document_id) REFERENCES public.correspondence_incomingdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_given_by_id_2c3c26f2_fk_accounts_account_id FOREIGN KEY (given_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_leader_id_40081f3e_fk_accounts_account_id FOREIGN KEY (leader_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_office_id_a0459253_fk_organisations_office_id FOREIGN KEY (office_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_officer_id_b9105b9f_fk_accounts_account_id FOREIGN KEY (officer_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_parent_id_ee6a2001_fk_tasks_task_id FOREIGN KEY (parent_id) REFERENCES public.tasks_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_root_id_972ad783_fk_tasks_task_id FOREIGN KEY (root_id) REFERENCES public.tasks_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tasks_task
    ADD CONSTRAINT tasks_task_unit_id_80256504_fk_organisations_office_id FOREIGN KEY (unit_id) REFERENCES public.organisations_office(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_added_by_id_ef31f211_fk_accounts_account_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_dossier_id_88bc1ad2_fk_dossiers_dossier_id FOREIGN KEY (dossier_id) REFERENCES public.dossiers_dossier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_file_id_bc31a4ea_fk_blobs_storedfile_id FOREIGN KEY (file_id) REFERENCES public.blobs_storedfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_owner_id_97015ab8_fk_citizens_party_id FOREIGN KEY (owner_id) REFERENCES public.citizens_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_paper_id_b5b30362_fk_dossiers_paper_id FOREIGN KEY (paper_id) REFERENCES public.dossiers_paper(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_procedure_id_a8974024_fk_procedure FOREIGN KEY (procedure_id) REFERENCES public.procedures_procedure(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_keptpaper
    ADD CONSTRAINT vault_keptpaper_result_id_b6399ed3_fk_dossiers_ FOREIGN KEY (result_id) REFERENCES public.dossiers_resultdocument(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_opening
    ADD CONSTRAINT vault_opening_share_id_120bc5cb_fk_vault_share_id FOREIGN KEY (share_id) REFERENCES public.vault_share(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_share
    ADD CONSTRAINT vault_share_created_by_id_da874340_fk_accounts_account_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vault_share
    ADD CONSTRAINT vault_share_kept_id_9d6bdaa6_fk_vault_keptpaper_id FOREIGN KEY (kept_id) REFERENCES public.vault_keptpaper(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_event_id_b6f5af91_fk_events_event_position FOREIGN KEY (event_id) REFERENCES public.events_event("position") DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_webhook_id_27345d75_fk_webhooks_webhook_id FOREIGN KEY (webhook_id) REFERENCES public.webhooks_webhook(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhook
    ADD CONSTRAINT webhooks_webhook_account_id_a7c58302_fk_accounts_account_id FOREIGN KEY (account_id) REFERENCES public.accounts_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.worktime_calendarday
    ADD CONSTRAINT worktime_calendarday_calendar_year_id_def3c31b_fk_worktime_ FOREIGN KEY (calendar_year_id) REFERENCES public.worktime_calendaryear(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.worktime_calendaryear
    ADD CONSTRAINT worktime_calendaryea_version_id_b5c6a9d7_fk_worktime_ FOREIGN KEY (version_id) REFERENCES public.worktime_calendarversion(number) DEFERRABLE INITIALLY DEFERRED;

INSERT INTO public.django_migrations (app, name, applied) VALUES ('accounts', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('accounts', '0002_external_identities', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('contenttypes', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('contenttypes', '0002_remove_content_type_name', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0002_alter_permission_name_max_length', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0003_alter_user_email_max_length', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0004_alter_user_username_opts', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0005_alter_user_last_login_null', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0006_require_contenttypes_0002', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0007_alter_validators_add_error_messages', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0008_alter_user_username_max_length', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0009_alter_user_last_name_max_length', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0010_alter_group_name_max_length', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0011_update_proxy_permissions', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('auth', '0012_alter_user_first_name_max_length', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procedures', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procedures', '0002_fee_after_return', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procedures', '0003_paper_takes', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procedures', '0004_life_events_of_businesses', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procedures', '0005_guides', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procedures', '0006_fee_quantity', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('organisations', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('organisations', '0002_office_tax_code', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('citizens', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('citizens', '0002_name_words', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('citizens', '0003_service_point_mandates', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('citizens', '0004_parents', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0002_ways_of_signing', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0003_certificates_have_means', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('blobs', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0004_levels', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0005_files_as_they_are', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0006_file_checks', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0007_partner_requests', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0008_certificate_care', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0009_files_signed_elsewhere', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0010_certificate_warnings', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0011_settling_by_service', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0012_room_for_partners', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0002_notices', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0003_once', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0004_involvement', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0005_incident_office', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0006_incident_office_known', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0007_result_signings', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0008_supplement_proposal', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0009_working_paper', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0010_signing_authority', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0011_signing_file_swept', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0012_list_indexes', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0013_portal_code', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0014_fee_after_return', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0015_proposal_closed', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0016_fee_order', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0017_initials', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0018_result_copies', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0019_conversation', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0020_redundant_indexes', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('batches', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('batches', '0002_channel', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('batches', '0003_at_counter', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('connectors', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('registers', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('registers', '0002_changes', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0013_certificates_on_hold', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0014_verdicts_anew', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0015_holders', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0016_pictures', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('events', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0002_outgoing', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0003_copies', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0004_partners', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0005_channel_named', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0006_outgoing_notation', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0007_search_contents', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0008_message_of_delivery', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0009_origins', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0010_arrival_stamps', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0011_amendments', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0012_scan_stacks', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0013_whole_texts', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0014_replaced_too', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0015_answer_wanted', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('correspondence', '0016_by_mail', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('diary', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('diary', '0002_attendees_by_time', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('diary', '0003_series_and_outgoing', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0017_public_holders', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0018_partner_documents', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0019_earlier_files', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0002_order_total', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0003_attempts', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0004_receipts', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0005_cash', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0006_attempt_asked', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0007_lines_by_key', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0008_refunds', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0021_paused_steps', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0022_overdue_index', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0023_fee_owed_afterwards', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0024_counted_steps', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0025_reused_source', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0026_paper_by_source', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0027_joint_applications', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0028_fee_quantities', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0029_declared_is_not_reused', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0030_documents', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0031_draft_proposals', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0032_refunds_at_orders', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0033_application_signings', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0034_signed_applications_kept', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0035_signatures_of_all_who_apply', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0036_return_slip', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0037_accepted_office', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0038_accepted_office_known', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('dossiers', '0039_told_of_appointments', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('editing', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('editions', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('events', '0002_erased_whose', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('exchange', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('exchange', '0002_account_fault', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('exchange', '0003_errand', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('exchange', '0004_settled_named', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('exchange', '0005_erasable_messages', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('exchange', '0006_demand_trusted', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('families', '0001_parents', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('families', '0002_other_parent', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('messaging', '0001_notices', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('messaging', '0002_phones', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('national_portal', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('national_portal', '0002_exchange_known_as', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('national_portal', '0003_rest', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('officers', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('officers', '0002_delegation_authority', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('officers', '0003_cashier', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('officers', '0004_delegation_scope', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0009_line_keys', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0010_till', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('payments', '0011_incoming_reference', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('petitions', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('petitions', '0002_program_channel', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0002_drop_started_at_column', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0003_drop_started_at_column', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0004_drop_procrastinate_version_table', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0005_fix_procrastinate_fetch_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0006_fix_trigger_status_events_insert', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0007_add_queueing_lock_column', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0008_close_fetch_job_race_condition', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0009_add_defer_job_function', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0010_add_procrastinate_periodic_defers', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0011_add_foreign_key_index', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0012_add_locks_to_periodic_defer', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0013_fix_procrastinate_defer_periodic_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0014_add_finish_job_and_retry_job_functions', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0015_add_trigger_on_job_deletion', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0016_delete_finished_jobs', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0017_add_checks_to_finish_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0018_add_checks_to_retry_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0019_fix_finish_job_compat_issue', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0020_add_index_on_procrastinate_jobs', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0021_add_kwargs_to_defer_periodic_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0022_null_locks_excluded', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0023_remove_old_finish_job_function', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0024_job_id_bigint', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0025_add_models', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0026_add_job_priority', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0027_add_periodic_job_priority', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0028_add_cancel_states', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0029_add_additional_params_to_retry_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0030_alter_procrastinateevent_options', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0031_add_indexes_for_fetch_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0032_pre_cancel_notification', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0033_post_cancel_notification', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0034_pre_add_heartbeat', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0035_post_add_heartbeat', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0036_add_worker_model', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0037_pre_batch_defer_jobs', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0038_post_batch_defer_jobs', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0039_pre_priority_lock_fetch_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0040_pre_retry_failed_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('procrastinate', '0041_post_retry_failed_job', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('service_centre', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('service_centre', '0002_devices', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('service_centre', '0003_bookings', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('service_centre', '0004_counter_tablets', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('ratings', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('ratings', '0002_evaluation', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('ratings', '0003_machines', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('ratings', '0004_endings', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('records', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('records', '0002_guards', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('records', '0003_held_offers', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('records', '0004_appraisals', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('records', '0005_destruction_guards', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('records', '0006_formats_of_packages', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('scanning', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('scanning', '0002_more_problems', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('scanning', '0003_pages_of_a_file', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('scanning', '0004_scans_without_text', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('signing', '0020_no_filing_level', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('tasks', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('tasks', '0002_returned', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('vault', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('web', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('webhooks', '0001_initial', now());
INSERT INTO public.django_migrations (app, name, applied) VALUES ('worktime', '0001_initial', now());
